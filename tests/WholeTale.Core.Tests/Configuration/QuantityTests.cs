using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tests.Configuration;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("1.5Gi", 1610612736)]
    [InlineData("200M", 200000000)]
    [InlineData("100m", 0.1)]
    [InlineData("1e3", 1000)]
    [InlineData("2E", 2e18)]
    [InlineData(".5", 0.5)]
    [InlineData("-1", -1)]
    public void An_amount_is_read_as_the_server_reads_it(string text, double amount)
    {
        Assert.True(Quantity.TryParse(text, out var found));
        Assert.Equal((decimal)amount, found);
    }

    [Theory]
    [InlineData("")]
    [InlineData("200Mb")]
    [InlineData("200 Mi")]
    [InlineData("K")]
    [InlineData("1K")]
    [InlineData("1,5Gi")]
    [InlineData("1e99")]
    [InlineData("99999999999999999999999999Ei")]
    [InlineData("0x10")]
    public void What_the_server_would_refuse_is_refused(string text) => Assert.False(Quantity.TryParse(text, out _));
}
