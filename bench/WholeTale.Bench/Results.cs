using System.Globalization;

namespace WholeTale.Bench;

/// <summary>What was measured: a table for people, then lines for programs.</summary>
internal sealed class Results
{
    private readonly List<(string Name, IReadOnlyList<double> Milliseconds)> samples = [];
    private readonly List<(string Sort, string Name, double Value)> lines = [];

    /// <summary>Adds a series of times.</summary>
    public void Add(string name, IReadOnlyList<double> milliseconds) => samples.Add((name, milliseconds));

    /// <summary>Adds a figure.</summary>
    public void Figure(string name, double value) => lines.Add(("figure", name, value));

    /// <summary>Adds the ratio of the medians of two series.</summary>
    public void Ratio(string name, string ours, string theirs)
    {
        var (mine, other) = (samples.FirstOrDefault(sample => sample.Name == ours), samples.FirstOrDefault(sample => sample.Name == theirs));
        if (mine.Milliseconds is { Count: > 0 } && other.Milliseconds is { Count: > 0 })
            lines.Add(("ratio", name, Median(mine.Milliseconds) / Median(other.Milliseconds)));
    }

    public void Print(TextWriter writer)
    {
        if (samples.Count > 0)
        {
            writer.WriteLine($"{"what",-44} {"runs",4} {"median ms",10} {"least",8} {"most",8}");
            foreach (var (name, values) in samples)
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44} {values.Count,4} {Median(values),10:0} {values.Min(),8:0} {values.Max(),8:0}"));
            writer.WriteLine();
        }

        foreach (var (sort, name, value) in lines)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sort} {name}: {value:0.###}"));
    }

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
