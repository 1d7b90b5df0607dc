using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using WholeTale.Shell.Console;

namespace WholeTale.Shell;

/// <summary>Asks the person at the terminal; where there is none, says what could not be asked.</summary>
internal sealed class Questions(Terminal terminal, bool canAsk)
{
    private readonly LineReader reader = new(terminal);

    internal string ReadLine() => Read("a line of input", "");

    internal Dictionary<string, PSObject> Ask(string caption, string message, Collection<FieldDescription> fields)
    {
        RequirePerson($"a value for {string.Join(", ", fields.Select(field => field.Name))}", "Give it as a parameter.");
        Introduce(caption, message);
        var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in fields)
            answers[field.Name] = AskField(field);
        return answers;
    }

    internal int Choose(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RequirePerson($"'{Joined(caption, message)}'", "Give -Confirm:$false where the answer is yes.");
        Introduce(caption, message);
        var labels = choices.Select(choice => new Label(choice.Label)).ToArray();
        var menu = string.Join("  ", labels.Select(label => $"[{label.Key}] {label.Text}"));
        var preset = defaultChoice >= 0 ? $" (default is \"{labels[defaultChoice].Key}\")" : "";
        while (true)
        {
            var answer = Read("a choice", $"{menu}  [?] Help{preset}: ").Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
                return defaultChoice;
            if (answer == "?")
            {
                for (var i = 0; i < choices.Count; i++)
                    terminal.WriteLine($"{labels[i].Key} - {choices[i].HelpMessage}");
                continue;
            }

            var found = Array.FindIndex(labels, label => label.Is(answer));
            if (found >= 0)
                return found;
        }
    }

    internal PSCredential AskCredential(string caption, string message, string? userName)
    {
        RequirePerson($"a credential ({Joined(caption, message)})", "Give a PSCredential as a parameter.");
        Introduce(caption, message);
        var user = string.IsNullOrEmpty(userName) ? Read("a user name", "User: ") : userName;
        return new PSCredential(user, ReadSecret($"Password for {user}: "));
    }

    internal SecureString ReadSecret(string prompt)
    {
        RequirePerson("a secret", "Give it as a parameter.");
        return reader.ReadSecret(prompt);
    }

    private PSObject AskField(FieldDescription field)
    {
        var prompt = $"{(string.IsNullOrEmpty(field.Label) ? field.Name : field.Label.Replace("&", "", StringComparison.Ordinal))}: ";
        if (field.ParameterTypeFullName == typeof(SecureString).FullName)
            return PSObject.AsPSObject(ReadSecret(prompt));
        if (field.ParameterTypeFullName == typeof(PSCredential).FullName)
            return PSObject.AsPSObject(AskCredential("", field.Name, null));
        if (!field.ParameterTypeFullName.EndsWith("[]", StringComparison.Ordinal))
            return PSObject.AsPSObject(Read(field.Name, prompt));

        // A list ends with an empty line, as in other hosts.
        var items = new List<string>();
        while (Read(field.Name, $"{field.Name}[{items.Count}]: ") is { Length: > 0 } item)
            items.Add(item);
        return PSObject.AsPSObject(items.ToArray());
    }

    private string Read(string what, string prompt)
    {
        RequirePerson(what, "Give it as a parameter.");
        try
        {
            return reader.Read(prompt, keep: false) ?? throw new HostException($"The input ended before {what} was given.");
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private void Introduce(string caption, string message)
    {
        if (!string.IsNullOrEmpty(caption))
            terminal.WriteLine(caption);
        if (!string.IsNullOrEmpty(message))
            terminal.WriteLine(message);
    }

    private void RequirePerson(string what, string advice)
    {
        if (!canAsk)
            throw new HostException($"The command asks for {what}, and nobody can answer because the input is not a terminal. {advice}");
    }

    private static string Joined(string? caption, string? message) =>
        string.Join(": ", new[] { caption?.Trim(), message?.Trim() }.Where(text => !string.IsNullOrEmpty(text)));

    /// <summary>A choice's label: the letter after <c>&amp;</c> is its key.</summary>
    private sealed class Label
    {
        internal Label(string label)
        {
            var mark = label.IndexOf('&', StringComparison.Ordinal);
            Text = label.Replace("&", "", StringComparison.Ordinal);
            Key = mark >= 0 && mark + 1 < label.Length ? label[(mark + 1)..(mark + 2)].ToUpperInvariant() : Text;
        }

        internal string Text { get; }

        internal string Key { get; }

        internal bool Is(string answer) => answer.Equals(Key, StringComparison.OrdinalIgnoreCase) || answer.Equals(Text, StringComparison.OrdinalIgnoreCase);
    }
}
