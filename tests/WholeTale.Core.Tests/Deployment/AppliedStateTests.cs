using WholeTale.Core.Deployment;

namespace WholeTale.Core.Tests.Deployment;

public sealed class AppliedStateTests
{
    private const string Manifest = """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"a","labels":{"x":"1"}},"spec":{"ports":[{"port":80,"name":"web"}]}}
        """;

    private const string Owned = """{"f:metadata":{"f:labels":{"f:x":{}}},"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{},"f:name":{}}}}}""";

    [Fact]
    public void An_object_as_applied_holds() => Assert.True(Holds(Manifest, Live()));

    [Fact]
    public void A_default_that_the_server_filled_in_is_no_difference() => Assert.True(Holds(Manifest, Live(port: """{"port":80,"name":"web","protocol":"TCP","targetPort":80}""")));

    [Fact]
    public void A_changed_value_does_not_hold() => Assert.False(Holds(Manifest, Live(port: """{"port":80,"name":"other"}""")));

    [Fact]
    public void A_value_that_the_manifest_no_longer_has_does_not_hold() =>
        Assert.False(Holds("""{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"port":80,"name":"web"}]}}""", Live()));

    [Fact]
    public void A_value_that_others_added_does_not_matter() => Assert.True(Holds(Manifest, Live(labels: """{"x":"1","theirs":"2"}""")));

    [Fact]
    public void What_somebody_else_made_never_holds() => Assert.False(Holds(Manifest, Live(manager: "kubectl")));

    [Fact]
    public void What_is_being_deleted_never_holds()
    {
        var live = Given.Json(Live());
        live["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";

        Assert.False(AppliedState.Holds(Given.Json(Manifest), live));
    }

    [Theory]
    [InlineData("""{"k:{\"name\":\"A\"}":{"f:name":{},"f:value":{}}}""", true)]
    [InlineData("""{"k:{\"name\":\"A\"}":{"f:name":{}}}""", false)]
    public void Empty_text_that_the_server_leaves_out_holds_where_it_is_ours(string owned, bool expected)
    {
        const string Wanted = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"c","env":[{"name":"A","value":""}]}]}}""";
        var live = $$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","managedFields":[{"manager":"wholetale","operation":"Apply","apiVersion":"v1",
            "fieldsV1":{"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{"f:name":{},"f:env":{{{owned}}} } } } } }]},"spec":{"containers":[{"name":"c","env":[{"name":"A"}]}]}}
            """;

        Assert.Equal(expected, Holds(Wanted, live));
    }

    private static bool Holds(string manifest, string live) => AppliedState.Holds(Given.Json(manifest), Given.Json(live));

    private static string Live(string port = """{"port":80,"name":"web"}""", string labels = """{"x":"1"}""", string manager = "wholetale") => $$$"""
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"a","labels":{{{labels}}},"managedFields":[{"manager":"{{{manager}}}","operation":"Apply","apiVersion":"v1","fieldsV1":{{{Owned}}} }]},
        "spec":{"clusterIP":"10.0.0.1","ports":[{{{port}}}]}}
        """;
}
