using System.Management.Automation;
using System.Management.Automation.Runspaces;
using WholeTale.PowerShell.Tests.Pester.Commands;

namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>
/// Runs a spec file on the engine in this process, in Pester's two phases: discovery runs the file and the bodies of its blocks, and only
/// notes tests and set-ups; the run then executes those, in variable scopes that have nothing left of discovery (https://pester.dev/docs/usage/discovery-and-run).
/// </summary>
internal static class SpecRunner
{
    // A cmdlet's name has a hyphen: the words of a spec are aliases.
    private static readonly (string Cmdlet, Type Type, string[] Words)[] Commands =
    [
        ("Add-SpecBlock", typeof(AddSpecBlockCommand), ["Describe", "Context"]),
        ("Add-SpecTest", typeof(AddSpecTestCommand), ["It"]),
        ("Add-SpecSetUp", typeof(AddSpecSetUpCommand), ["BeforeAll", "AfterAll", "BeforeEach", "AfterEach"]),
        ("Invoke-SpecDiscovery", typeof(InvokeSpecDiscoveryCommand), ["BeforeDiscovery"]),
        ("Assert-Spec", typeof(AssertSpecCommand), ["Should"]),
        ("Set-ItResult", typeof(SetItResultCommand), []),
        ("Invoke-SpecPhase", typeof(InvokeSpecPhaseCommand), []),
    ];

    /// <summary>The names that a spec may use, and what stands behind each.</summary>
    internal static IReadOnlyDictionary<string, Type> Words { get; } = Commands
        .SelectMany(command => command.Words.Select(word => (Word: word, command.Type)))
        .Append((Word: "Set-ItResult", Type: typeof(SetItResultCommand)))
        .ToDictionary(pair => pair.Word, pair => pair.Type, StringComparer.OrdinalIgnoreCase);

    /// <summary>The tests of a file, by discovery alone.</summary>
    /// <exception cref="RuntimeException">Discovery fails.</exception>
    internal static IReadOnlyList<string> Discover(string file)
    {
        using var runspace = Open(new SpecContext(file), out var context);
        Phase(runspace, isDiscovery: true);
        return [.. context.Root.Tests.Select(test => test.Path)];
    }

    /// <summary>Discovers and runs a file.</summary>
    /// <exception cref="RuntimeException">Discovery fails.</exception>
    internal static IReadOnlyList<SpecResult> Run(string file)
    {
        var drive = Directory.CreateTempSubdirectory("wt-spec-");
        try
        {
            using var runspace = Open(new SpecContext(file), out var context);
            Phase(runspace, isDiscovery: true);
            runspace.SessionStateProxy.SetVariable("TestDrive", drive.FullName);
            Phase(runspace, isDiscovery: false);
            return [.. context.Root.Tests.Select(test => test.Result!)];
        }
        finally
        {
            drive.Delete(recursive: true);
        }
    }

    private static Runspace Open(SpecContext given, out SpecContext context)
    {
        context = given;
        var state = InitialSessionState.CreateDefault2();
        foreach (var (name, type, words) in Commands)
        {
            state.Commands.Add(new SessionStateCmdletEntry(name, type, null));
            foreach (var word in words)
                state.Commands.Add(new SessionStateAliasEntry(word, name));
        }

        state.Variables.Add(new SessionStateVariableEntry(SpecContext.Variable, given, "", ScopedItemOptions.Constant | ScopedItemOptions.AllScope));
        var runspace = RunspaceFactory.CreateRunspace(state);
        runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        runspace.Open();
        return runspace;
    }

    private static void Phase(Runspace runspace, bool isDiscovery)
    {
        var before = Runspace.DefaultRunspace;
        Runspace.DefaultRunspace = runspace;
        try
        {
            using var shell = System.Management.Automation.PowerShell.Create(runspace);
            shell.AddCommand("Invoke-SpecPhase").AddParameter("Discovery", isDiscovery).Invoke();
        }
        finally
        {
            Runspace.DefaultRunspace = before;
        }
    }
}
