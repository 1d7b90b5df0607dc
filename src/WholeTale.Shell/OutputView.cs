using System.Management.Automation;

namespace WholeTale.Shell;

/// <summary>Shows objects through the format views, as they come.</summary>
internal sealed class OutputView : IDisposable
{
    private readonly SteppablePipeline view;
    private bool ended;

    internal OutputView()
    {
        view = ScriptBlock.Create("Out-Default").GetSteppablePipeline(CommandOrigin.Internal);
        view.Begin(expectInput: true);
        Objects.DataAdded += (_, _) =>
        {
            foreach (var item in Objects.ReadAll())
                view.Process(item);
        };
    }

    /// <summary>What is put in here is shown, on the thread that puts it in.</summary>
    internal PSDataCollection<PSObject> Objects { get; } = [];

    /// <summary>Shows what a view still holds back, e.g. rows that wait for others to be as wide.</summary>
    internal void End()
    {
        if (!ended)
            view.End();
        ended = true;
    }

    public void Dispose()
    {
        view.Dispose();
        Objects.Dispose();
    }
}
