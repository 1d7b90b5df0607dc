using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace WholeTale.PowerShell.Tests;

/// <summary>A session of the real PowerShell engine, in process, with the module imported through its manifest.</summary>
public sealed class Engine : IDisposable
{
    private readonly Runspace runspace;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wholetale-test-");

    private Engine()
    {
        runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        // A folder of its own: no settings file of the repository comes in.
        runspace.SessionStateProxy.Path.SetLocation(folder.FullName);
    }

    public static string Repository { get; } = typeof(Engine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Repository").Value!;

    public static string Manifest { get; } = System.IO.Path.Combine(Repository, "module", "WholeTale.psd1");

    /// <summary>The session's own empty folder, which is its current location.</summary>
    public string Folder => folder.FullName;

    /// <summary>A session without the module.</summary>
    public static Engine Bare() => new();

    /// <summary>A session with the module.</summary>
    public static Engine WithModule()
    {
        var engine = new Engine();
        engine.Run($"Import-Module '{Manifest}'");
        return engine;
    }

    /// <summary>Writes a file into the session's folder.</summary>
    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(Folder, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs a script and gives its output; an error of any sort fails the test.</summary>
    public IReadOnlyList<PSObject> Run(string script)
    {
        var result = Try(script);
        Assert.True(result.Errors.Count == 0, $"{script}\n{string.Join('\n', result.Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error}\n{error.ScriptStackTrace}"))}");
        return result.Output;
    }

    /// <summary>Runs a script and gives all that came of it, errors too.</summary>
    public Outcome Try(string script)
    {
        using var shell = Create(script);
        IReadOnlyList<PSObject> output;
        var errors = new List<ErrorRecord>();
        var terminated = false;
        try
        {
            output = shell.Invoke();
        }
        catch (RuntimeException exception)
        {
            output = [];
            errors.Add(exception.ErrorRecord);
            terminated = true;
        }
        errors.InsertRange(0, shell.Streams.Error);
        return new Outcome(
            output, errors, terminated, [.. shell.Streams.Verbose.Select(record => record.Message)], [.. shell.Streams.Warning.Select(record => record.Message)],
            [.. shell.Streams.Progress]);
    }

    /// <summary>A pipeline for a test that stops it or reads it while it runs.</summary>
    public System.Management.Automation.PowerShell Create(string script)
    {
        var shell = System.Management.Automation.PowerShell.Create(runspace);
        shell.AddScript(script);
        return shell;
    }

    public void Dispose()
    {
        runspace.Dispose();
        folder.Delete(recursive: true);
    }
}

/// <summary>What came of a script.</summary>
public sealed record Outcome(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    bool Terminated,
    IReadOnlyList<string> Verbose,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<ProgressRecord> Progress);
