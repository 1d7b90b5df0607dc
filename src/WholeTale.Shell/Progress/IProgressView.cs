using System.Management.Automation;

namespace WholeTale.Shell.Progress;

/// <summary>Shows progress: live on a terminal, as milestones elsewhere. Its caller takes care that only one thread is in it.</summary>
internal interface IProgressView
{
    /// <summary>Takes a record.</summary>
    void Update(long source, ProgressRecord record);

    /// <summary>Makes room for a line of text.</summary>
    void Hide();

    /// <summary>May be seen again.</summary>
    void Show();

    /// <summary>Forgets all.</summary>
    void Clear();
}
