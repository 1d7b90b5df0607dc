using System.Text.Json.Nodes;
using WholeTale.Simulator.Tests.Life;
using WholeTale.Tests;

namespace WholeTale.Simulator.Tests.Wire;

/// <summary>The same objects, served in more than one version or group.</summary>
public sealed class VersionTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private const string _definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    [Fact]
    public async Task A_custom_resource_is_read_and_written_in_each_of_its_versions()
    {
        await DefineAsync("both.example", stored: "v1");
        var old = "/apis/both.example/v1beta1/namespaces/default/widgets";
        var current = "/apis/both.example/v1/namespaces/default/widgets";

        var created = await fixture.AskAsync("POST", old, """{"apiVersion":"both.example/v1beta1","kind":"Widget","metadata":{"name":"a"},"spec":{"size":1,"former":"x"}}""");
        var read = await fixture.AskAsync("GET", current + "/a");
        var patched = await fixture.AskAsync("PATCH", old + "/a", """{"spec":{"size":2}}""", "application/merge-patch+json");
        var list = (await fixture.AskAsync("GET", current)).Body;
        var applied = await fixture.AskAsync(
            "PATCH", current + "/a?fieldManager=m&force=true", """{"apiVersion":"both.example/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"size":3}}""", "application/apply-patch+yaml");
        var again = (await fixture.AskAsync("GET", old + "/a")).Body;
        var deleted = await fixture.AskAsync("DELETE", old + "/a");
        var gone = await fixture.AskAsync("GET", current + "/a");

        // What the stored version does not know is pruned when it is stored.
        Assert.Equal(("both.example/v1beta1", null), ((string?)created.Body["apiVersion"], created.Body["spec"]!["former"]));
        Assert.Equal(("both.example/v1", 1, null), ((string?)read.Body["apiVersion"], (int?)read.Body["spec"]!["size"], read.Body["spec"]!["former"]));
        Assert.Equal((200, 2, "both.example/v1beta1"), (patched.Status, (int?)patched.Body["spec"]!["size"], (string?)patched.Body["apiVersion"]));
        Assert.Equal(("both.example/v1", "both.example/v1"), ((string?)list["apiVersion"], (string?)list["items"]![0]!["apiVersion"]));
        Assert.Equal((200, 3), (applied.Status, (int?)again["spec"]!["size"]));
        Assert.Equal((200, 404), (deleted.Status, gone.Status));
    }

    [Fact]
    public async Task What_was_stored_in_a_former_version_is_read_and_changed_in_the_new_one()
    {
        await DefineAsync("moved.example", stored: "v1beta1");
        var path = "/apis/moved.example/v1/namespaces/default/widgets";
        await fixture.AskAsync("POST", path, """{"apiVersion":"moved.example/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"size":1}}""");

        await DefineAsync("moved.example", stored: "v1");
        var definition = await fixture.GetAsync(_definitions + "/widgets.moved.example");
        var read = (await fixture.AskAsync("GET", path + "/a")).Body;
        var replaced = await fixture.AskAsync("PUT", path + "/a", Changed(read).ToJsonString());

        Assert.Equal("""["v1beta1","v1"]""", definition!["status"]!["storedVersions"]!.ToJsonString());
        Assert.Equal("moved.example/v1", (string?)read["apiVersion"]);
        Assert.True(replaced.Status == 200, replaced.Text);
    }

    [Fact]
    public async Task A_deprecated_version_warns_whoever_uses_it_and_comes_last()
    {
        await DefineAsync("late.example", stored: "v1");

        var list = await fixture.AskAsync("GET", "/apis/late.example/v1beta1/widgets");
        var group = (await fixture.AskAsync("GET", "/apis/late.example")).Body;

        Assert.Equal(["299 - \"late.example/v1beta1 Widget is deprecated\""], list.Warnings);
        Assert.Equal("v1", (string?)group["preferredVersion"]!["version"]);
        Assert.Equal(["v1", "v1beta1"], group["versions"]!.AsArray().Select(version => (string)version!["version"]!));
    }

    [Fact]
    public async Task Events_are_the_same_in_both_of_their_groups()
    {
        var ns = await fixture.NamespaceAsync();
        var modern = $"/apis/events.k8s.io/v1/namespaces/{ns}/events";
        var core = $"/api/v1/namespaces/{ns}/events";

        var refused = await fixture.AskAsync("POST", modern, """{"metadata":{"name":"e"},"regarding":{"kind":"Pod","name":"p","namespace":"$NS"},"note":"hello","type":"Normal"}""".Replace("$NS", ns, StringComparison.Ordinal));
        var created = await fixture.AskAsync(
            "POST",
            modern,
            $$"""{"metadata":{"name":"e"},"regarding":{"kind":"Pod","name":"p","namespace":"{{ns}}"},"note":"hello","type":"Normal","eventTime":"2024-01-01T00:00:00.000000Z","reportingController":"a.example/b","reportingInstance":"i","action":"Do","reason":"Done"}""");
        var read = (await fixture.AskAsync("GET", core + "/e")).Body;
        await fixture.AskAsync("PATCH", core + "/e", """{"message":"again","count":2}""", "application/merge-patch+json");
        var selected = (await fixture.AskAsync("GET", modern + "?fieldSelector=regarding.name%3Dp")).Body["items"]!.AsArray();
        var table = (await fixture.AskAsync("GET", modern, accept: "application/json;as=Table;v=v1;g=meta.k8s.io")).Body;

        Assert.Equal(["FieldValueRequired eventTime: Required value"], refused.Causes);
        Assert.True(created.Status == 201, created.Text);
        Assert.Equal(("hello", "p", "a.example/b"), ((string?)read["message"], (string?)read["involvedObject"]!["name"], (string?)read["reportingComponent"]));
        Assert.Equal(("again", 2), ((string?)Assert.Single(selected)!["note"], (int?)selected[0]!["deprecatedCount"]));
        Assert.Null(selected[0]!["message"]);
        Assert.Equal("pod/p", (string?)table["rows"]![0]!["cells"]![3]);
    }

    [Fact]
    public async Task Kubectl_describes_events_of_the_second_group()
    {
        var ns = await fixture.NamespaceAsync();
        await fixture.ApplyAsync(SimulatorFixture.Pod("box", """{"name":"main","image":"nginx"}"""), $"/api/v1/namespaces/{ns}/pods/box");
        await fixture.EventAsync(ns, "Started");

        var described = await ClientTool.Find("kubectl", fixture.Simulator).RunAsync("-n", ns, "describe", "events.v1.events.k8s.io");

        Assert.Equal((0, ""), (described.ExitCode, described.Error));
        Assert.Matches("API Version: +events\\.k8s\\.io/v1\n", described.Output);
        Assert.Matches("Note: +Started container main\n", described.Output);
    }

    private async Task DefineAsync(string group, string stored)
    {
        var definition = $$$"""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.{{{group}}}"},
             "spec":{"group":"{{{group}}}","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},
              "versions":[
               {"name":"v1beta1","served":true,"deprecated":true,"storage":{{{(stored == "v1beta1" ? "true" : "false")}}},"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"},"former":{"type":"string"} } } } } } },
               {"name":"v1","served":true,"storage":{{{(stored == "v1" ? "true" : "false")}}},"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"} } } } } } }] } }
            """;
        await fixture.ApplyAsync(definition, $"{_definitions}/widgets.{group}");
        await fixture.UntilAsync($"{_definitions}/widgets.{group}", found => found?["status"]?["conditions"]?.AsArray().Count == 2);
    }

    private static JsonNode Changed(JsonNode widget)
    {
        widget["spec"]!["size"] = 2;
        return widget;
    }
}
