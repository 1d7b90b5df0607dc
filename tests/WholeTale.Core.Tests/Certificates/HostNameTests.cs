using WholeTale.Core.Certificates;

namespace WholeTale.Core.Tests.Certificates;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("*.a.org", "x.a.org", true)]
    [InlineData("*.A.org", "X.a.ORG", true)]
    [InlineData("*.a.org", "a.org", false)]
    [InlineData("*.a.org", "x.y.a.org", false)]
    [InlineData("*.a.org", ".a.org", false)]
    [InlineData("x.a.org", "x.a.org", true)]
    [InlineData("x*.a.org", "xy.a.org", false)]
    [InlineData("*", "x", false)]
    [InlineData("*.", "x.", false)]
    [InlineData("x.*.org", "x.a.org", false)]
    public void A_wildcard_stands_for_one_whole_leftmost_label(string name, string host, bool covered) => Assert.Equal(covered, HostName.IsCovered(host, [name]));
}
