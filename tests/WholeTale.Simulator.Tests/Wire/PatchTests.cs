using System.Text.Json.Nodes;
using WholeTale.Simulator.Tests.Life;

namespace WholeTale.Simulator.Tests.Wire;

/// <summary>Patches of all types as k8s.io/apiserver 1.26 (handlers/patch.go) and evanphx/json-patch 4.12 answer them.</summary>
public sealed class PatchTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private const string _json = "application/json-patch+json";
    private const string _merge = "application/merge-patch+json";
    private const string _strategic = "application/strategic-merge-patch+json";
    private const string _misfit = "the server rejected our request due to an error in our request";

    [Theory]
    [InlineData("""[{"op":"test","path":"/data/k","value":"other"}]""", 422, _misfit)]
    [InlineData("""[{"op":"remove","path":"/data/none"}]""", 422, _misfit)]
    [InlineData("""[{"op":"move","from":"/data/none","path":"/data/c"}]""", 422, _misfit)]
    [InlineData("""[{"op":"add","path":"/a/b/c","value":"d"}]""", 422, _misfit)]
    [InlineData("""[{"op":"bogus","path":"/data/k"}]""", 422, _misfit)]
    [InlineData("""{"op":"add"}""", 400, "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp")]
    [InlineData("not json", 400, "error decoding patch: invalid character 'o' in literal null (expecting 'u')")]
    [InlineData("""[{"op":"replace","path":"/metadata/name","value":"b"}]""", 400, "the name of the object (b) does not match the name on the URL (a)")]
    public async Task Json_patch_that_does_not_fit_is_refused(string patch, int status, string message)
    {
        var path = await ConfigMapAsync();

        var answer = await fixture.AskAsync("PATCH", path, patch, _json);

        Assert.Equal((status, message), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task Json_patch_replaces_a_member_that_is_not_there()
    {
        var path = await ConfigMapAsync();

        var answer = await fixture.AskAsync("PATCH", path, """[{"op":"replace","path":"/data/fresh","value":"1"},{"op":"copy","from":"/data/k","path":"/data/c"}]""", _json);

        Assert.Equal("""{"k":"v","fresh":"1","c":"v"}""", answer.Body["data"]!.ToJsonString());
    }

    [Fact]
    public async Task Json_patch_with_unknown_members_warns_of_patch_and_object()
    {
        var path = await ConfigMapAsync();

        var answer = await fixture.AskAsync("PATCH", path, """[{"op":"add","path":"/foo","value":"b","extra":1}]""", _json);

        Assert.Equal(["""299 - "json patch unknown field \"[0].extra\"" """.Trim(), """299 - "unknown field \"foo\"" """.Trim()], answer.Warnings);
    }

    [Theory]
    [InlineData("[]", 400, "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}")]
    [InlineData("null", 400, "Invalid JSON Patch")]
    [InlineData("{", 400, "error decoding patch: unexpected end of JSON input")]
    [InlineData("""{"metadata":null}""", 400, "the name of the object (a based on URL) was undeterminable: name must be provided")]
    [InlineData("""{"metadata":{"namespace":"other"}}""", 400, "the namespace of the provided object does not match the namespace sent on the request")]
    [InlineData("""{"metadata":{"uid":"x"}}""", 422, "ConfigMap \"a\" is invalid: metadata.uid: Invalid value: \"x\": field is immutable")]
    public async Task Merge_patch_that_does_not_fit_is_refused(string patch, int status, string message)
    {
        var path = await ConfigMapAsync();

        var answer = await fixture.AskAsync("PATCH", path, patch, _merge);

        Assert.Equal((status, message), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task Merge_patch_with_a_wrong_type_is_an_invalid_patch_that_shows_the_patched_object()
    {
        var path = await ConfigMapAsync();

        var answer = await fixture.AskAsync("PATCH", path, """{"data":{"n":1}}""", _merge);

        Assert.Equal(422, answer.Status);
        Assert.StartsWith(""" "" is invalid: patch: Invalid value: "{\"apiVersion\":\"v1\",\"data\":{\"k\":\"v\",\"n\":1},\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\",\"namespace\":""", answer.Message, StringComparison.Ordinal);
        Assert.EndsWith(": json: cannot unmarshal number into Go struct field ConfigMap.data of type string", answer.Message, StringComparison.Ordinal);
        Assert.Null(answer.Body["details"]!["kind"]);
        Assert.StartsWith("FieldValueInvalid patch: ", Assert.Single(answer.Causes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Merge_patch_names_the_same_member_twice_and_is_warned_of()
    {
        var path = await ConfigMapAsync();

        var answer = await fixture.AskAsync("PATCH", path, """{"data":{"a":"1","a":"2"}}""", _merge);

        Assert.Equal("2", (string?)answer.Body["data"]!["a"]);
        Assert.Equal("""299 - "duplicate field \"data.a\"" """.Trim(), Assert.Single(answer.Warnings));
    }

    [Fact]
    public async Task An_invalid_label_is_told_by_each_check_of_an_update()
    {
        var path = await ConfigMapAsync();

        var answer = await fixture.AskAsync("PATCH", path, """{"metadata":{"labels":{"a":"not a value"}}}""", _merge);

        // The generic registry checks metadata as a whole and as a change, ValidateConfigMapUpdate again as a change and as a whole.
        Assert.Equal(4, answer.Causes.Count);
        Assert.Single(answer.Causes.Distinct());
    }

    [Fact]
    public async Task Strategic_patch_puts_new_items_before_those_it_does_not_name()
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/apis/apps/v1/namespaces/{ns}/deployments/web";
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web", replicas: 0), path);

        // The example of "Update API Objects in Place Using kubectl patch" lists the patch's container first.
        var answer = await fixture.AskAsync("PATCH", path, """{"spec":{"template":{"spec":{"containers":[{"name":"patch-demo-ctr-2","image":"redis"}]}}}}""", _strategic);
        var ordered = await fixture.AskAsync(
            "PATCH",
            path,
            """{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"main"},{"name":"patch-demo-ctr-2"}],"containers":[{"name":"main","image":"nginx:3"}]}}}}""",
            _strategic);

        Assert.Equal(["patch-demo-ctr-2", "main"], Names(answer.Body));
        Assert.Equal(["main", "patch-demo-ctr-2"], Names(ordered.Body));
    }

    [Theory]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"image":"x"}]}}}}""", 500, "map: map[image:x] does not contain declared merge key: name")]
    [InlineData("""{"spec":{"$patch":"bogus"}}""", 500, "unknown patch type: bogus in map: map[$patch:bogus]")]
    [InlineData("""{"spec":{"replicas":"many"}}""", 422, " \"\" is invalid: patch: Invalid value: \"map[spec:map[replicas:many]]\": unrecognized type: int32")]
    [InlineData("""{"spec":{"template":[]}}""", 422, " \"\" is invalid: patch: Invalid value: \"map[spec:map[template:[]]]\": cannot restore struct from: slice")]
    [InlineData("[]", 400, "json: cannot unmarshal array into Go value of type map[string]interface {}")]
    public async Task Strategic_patch_that_does_not_fit_is_refused(string patch, int status, string message)
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/apis/apps/v1/namespaces/{ns}/deployments/web";
        await fixture.ApplyAsync(SimulatorFixture.Deployment("web", replicas: 0), path);

        var answer = await fixture.AskAsync("PATCH", path, patch, _strategic);

        Assert.Equal((status, message), (answer.Status, answer.Message));
    }

    [Theory]
    [InlineData("""{"spec":{"strategy":{"rollingUpdate":null}}}""", """{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":3}}""")]
    [InlineData("""{"spec":{"strategy":null}}""", """{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":3}}""")]
    [InlineData("""{"spec":{"strategy":{"rollingUpdate":{"maxSurge":null}}}}""", """{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}}""")]
    public async Task An_apply_takes_away_by_null_what_has_a_value_and_not_what_has_members(string strategy, string expected)
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/apis/apps/v1/namespaces/{ns}/deployments/web";
        var manifest = JsonNode.Parse(SimulatorFixture.Deployment("web", replicas: 0))!;
        await fixture.ApplyAsync(manifest.ToJsonString(), path);
        await fixture.AskAsync("PATCH", path, """{"spec":{"strategy":{"rollingUpdate":{"maxSurge":3}}}}""", _merge);
        manifest["spec"]!["strategy"] = JsonNode.Parse(strategy)!["spec"]!["strategy"]?.DeepClone();

        var answer = await fixture.AskAsync("PATCH", $"{path}?fieldManager=test&force=true", manifest.ToJsonString(), "application/apply-patch+yaml");

        Assert.Equal(200, answer.Status);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), answer.Body["spec"]!["strategy"]), answer.Body["spec"]!["strategy"]!.ToJsonString());
    }

    [Fact]
    public async Task Put_with_the_uid_of_another_object_conflicts()
    {
        var path = await ConfigMapAsync();

        var answer = await fixture.AskAsync("PUT", path, """{"metadata":{"name":"a","uid":"x"}}""");

        Assert.Equal(409, answer.Status);
        Assert.Contains($"StorageError: invalid object, Code: 4, Key: /registry/configmaps/{path.Split('/')[4]}/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: x, UID in object meta: ", answer.Message, StringComparison.Ordinal);
    }

    private async Task<string> ConfigMapAsync()
    {
        var ns = await fixture.NamespaceAsync();
        var path = $"/api/v1/namespaces/{ns}/configmaps/a";
        await fixture.ApplyAsync("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"v"}}""", path);
        return path;
    }

    private static IEnumerable<string?> Names(JsonNode deployment) =>
        deployment["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(container => (string?)container!["name"]);
}
