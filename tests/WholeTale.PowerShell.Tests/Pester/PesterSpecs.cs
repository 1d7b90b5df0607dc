using System.Collections.Concurrent;

namespace WholeTale.PowerShell.Tests.Pester;

/// <summary>Runs the specs in tests/pester, a test case an It: under the pwsh and Pester that are installed, else on the engine in this process.</summary>
public sealed class PesterSpecs(ITestOutputHelper output)
{
    private const string Discovery = "(discovery)";

    private static readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<SpecResult>>> Runs = new(StringComparer.Ordinal);

    private static string RunBy => RealPester.Installed?.ToString() ?? "the runner of the subset, on the engine in this process";

    public static TheoryData<string, string> Specs
    {
        get
        {
            var specs = new TheoryData<string, string>();
            foreach (var file in SpecFolder.Files)
            {
                foreach (var path in Discover(file))
                    specs.Add(Path.GetFileName(file), path);
            }

            return specs;
        }
    }

    public static TheoryData<string> Files => [.. SpecFolder.Files.Select(file => Path.GetFileName(file))];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Specs))]
    public void It_holds(string file, string test)
    {
        output.WriteLine($"Run by {RunBy}.");

        var result = ResultsOf(file).FirstOrDefault(result => result.Path == test);

        Assert.True(result is not null, $"'{test}' of {file} was not run by {RunBy}.");
        Assert.SkipWhen(result.Outcome == SpecOutcome.Skipped, result.Message.Length > 0 ? result.Message : "The spec skips it.");
        Assert.True(result.Outcome == SpecOutcome.Passed, result.Message);
    }

    /// <summary>The rows above come from our discovery: what the runner knows beside them must not fail unseen.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void Every_test_that_ran_is_a_test_case(string file)
    {
        var cases = Discover(Locate(file)).ToHashSet(StringComparer.Ordinal);

        Assert.All(ResultsOf(file), result => Assert.Contains(result.Path, cases));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void Titles_in_a_file_differ(string file)
    {
        var titles = Discover(Locate(file));

        Assert.Empty(titles.GroupBy(title => title).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    private static IReadOnlyList<SpecResult> ResultsOf(string file) =>
        Runs.GetOrAdd(file, name => new(() => RealPester.Installed is { } pester ? pester.Run(Locate(name)) : SpecRunner.Run(Locate(name)))).Value;

    // A file whose discovery fails is one failing case, whose run says why.
    private static IReadOnlyList<string> Discover(string file)
    {
        try
        {
            return SpecRunner.Discover(file);
        }
        catch (System.Management.Automation.RuntimeException)
        {
            return [Discovery];
        }
    }

    private static string Locate(string file) => SpecFolder.Files.First(path => Path.GetFileName(path) == file);
}
