using WholeTale.Core.Deployment;

namespace WholeTale.Core.Tests.Deployment;

public sealed class ChangedTextTests
{
    [Theory]
    [InlineData("1", "2", "1", "2")]
    [InlineData(null, "2", null, "2")]
    [InlineData("a\nb\nc\n", "a\nB\nc\nd\n", "line 2 of 3: b", "line 2 of 4: B")]
    [InlineData("a\nb\n", "a\nb\nc\n", "2 lines, the last with a line break", "line 3 of 3: c")]
    [InlineData("a\nb\n", "a\nb", "2 lines, the last with a line break", "2 lines, the last without a line break")]
    [InlineData("a", "a\nb", "1 line, the last without a line break", "line 2 of 2: b")]
    public void A_change_is_a_line(string? before, string? after, string? left, string? right) => Assert.Equal((left, right), new Change("ConfigMap", "x", "girder", "data.x", before, after, "").Shorten());

    [Fact]
    public void Of_a_long_line_the_part_that_differs_is_shown()
    {
        var same = new string('x', 300);

        var (before, after) = ChangedText.Shorten($"{same}old{same}", $"{same}new{same}");

        Assert.StartsWith($"…{same[..30]}old", before, StringComparison.Ordinal);
        Assert.StartsWith($"…{same[..30]}new", after, StringComparison.Ordinal);
        Assert.InRange(before!.Length, 90, 101);
    }
}
