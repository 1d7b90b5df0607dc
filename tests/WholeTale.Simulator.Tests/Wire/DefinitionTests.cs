using System.Text.Json.Nodes;
using WholeTale.Simulator.Tests.Life;

namespace WholeTale.Simulator.Tests.Wire;

/// <summary>What the API server demands of CustomResourceDefinitions (apiextensions/validation of 1.26), and how they go.</summary>
public sealed class DefinitionTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    private const string _path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string _label = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private const string _schema = "spec.validation.openAPIV3Schema";

    [Theory]
    [InlineData("metadata.name", "\"other.x.example\"", "FieldValueInvalid metadata.name: Invalid value: \"other.x.example\": must be spec.names.plural+\".\"+spec.group")]
    [InlineData("spec.scope", "\"Galaxy\"", "FieldValueNotSupported spec.scope: Unsupported value: \"Galaxy\": supported values: \"Cluster\", \"Namespaced\"")]
    [InlineData("spec.names.listKind", "\"my_List\"", "FieldValueInvalid spec.names.listKind: Invalid value: \"my_List\": may have mixed case, but should otherwise match: " + _label)]
    [InlineData("spec.names.shortNames", "[\"Wd\"]", "FieldValueInvalid spec.names.shortNames[0]: Invalid value: \"Wd\": " + _label)]
    [InlineData("spec.names.listKind", "\"Widget\"", "FieldValueInvalid spec.names.listKind: Invalid value: \"Widget\": kind and listKind may not be the same")]
    [InlineData("spec.versions.0.schema", "null", "FieldValueRequired spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required")]
    [InlineData("spec.versions.0.storage", "false",
        "FieldValueInvalid spec.versions: Invalid value: []apiextensions.CustomResourceDefinitionVersion{apiextensions.CustomResourceDefinitionVersion{Name:\"v1\", Served:true, Storage:false, Deprecated:false, DeprecationWarning:(*string)(nil), Schema:(*apiextensions.CustomResourceValidation)(nil), Subresources:(*apiextensions.CustomResourceSubresources)(nil), AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil)}}: must have exactly one version marked as storage version",
        "FieldValueInvalid status.storedVersions: Invalid value: []string(nil): must have at least one stored version")]
    [InlineData("spec.versions.0.deprecationWarning", "\"old\"", "FieldValueInvalid spec.versions[0].deprecationWarning: Invalid value: \"old\": can only be set for deprecated versions")]
    [InlineData("spec.versions.0.subresources", """{"scale":{"specReplicasPath":".x","statusReplicasPath":".status.n"}}""", "FieldValueInvalid spec.subresources.scale.specReplicasPath: Invalid value: \".x\": should be a json path under .spec")]
    [InlineData("spec.versions.0.additionalPrinterColumns", """[{"name":"A","type":"text","jsonPath":".a"}]""", "FieldValueInvalid spec.additionalPrinterColumns[0].type: Invalid value: \"text\": must be one of boolean,date,integer,number,string")]
    [InlineData("spec.preserveUnknownFields", "true", "FieldValueInvalid spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead")]
    [InlineData("spec.conversion", """{"strategy":"Magic"}""", "FieldValueNotSupported spec.conversion.strategy: Unsupported value: \"Magic\": supported values: \"None\", \"Webhook\"")]
    [InlineData("spec.versions.0.schema.openAPIV3Schema.type", "null", $"FieldValueRequired {_schema}.type: Required value: must not be empty at the root")]
    [InlineData("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", "{}", $"FieldValueRequired {_schema}.properties[spec].properties[a].type: Required value: must not be empty for specified object fields")]
    [InlineData("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", """{"type":"array"}""", $"FieldValueRequired {_schema}.properties[spec].properties[a].items: Required value: must be specified")]
    [InlineData("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", """{"type":"text"}""", $"FieldValueNotSupported {_schema}.properties[spec].properties[a].type: Unsupported value: \"text\": supported values: \"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"")]
    [InlineData("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", """{"type":"object","additionalProperties":{"type":"string"},"properties":{"b":{"type":"string"}}}""",
        $"FieldValueForbidden {_schema}.properties[spec].properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive")]
    [InlineData("spec.versions.0.schema.openAPIV3Schema.properties.spec.anyOf", """[{"properties":{"zz":{"minimum":1}}}]""",
        $"FieldValueRequired {_schema}.properties[spec].properties[zz]: Required value: because it is defined in {_schema}.properties[spec].anyOf[0].properties[zz]")]
    [InlineData("spec.versions.0.schema.openAPIV3Schema.properties.spec.properties.a", """{"type":"array","items":{"type":"object","properties":{"k":{"type":"string"}}},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"]}""",
        $"FieldValueRequired {_schema}.properties[spec].properties[a].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property")]
    [InlineData("spec.versions.0.schema.openAPIV3Schema.properties.metadata", """{"type":"object","properties":{"labels":{"type":"object"}}}""",
        $"FieldValueForbidden {_schema}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified")]
    public async Task A_definition_is_refused(string member, string value, params string[] causes)
    {
        var definition = Definition("x.example");
        Set(definition, member, JsonNode.Parse(value));

        var answer = await fixture.AskAsync("POST", _path + "?dryRun=All", definition.ToJsonString());

        Assert.True(answer.Status == 422, answer.Text);
        Assert.Equal(causes, answer.Causes);
    }

    [Fact]
    public async Task Two_versions_are_named_by_their_own_paths_when_they_differ()
    {
        var definition = Definition("x.example");
        var versions = definition["spec"]!["versions"]!.AsArray();
        versions.Add(JsonNode.Parse("""{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"a":{}}}}}"""));

        var answer = await fixture.AskAsync("POST", _path + "?dryRun=All", definition.ToJsonString());

        Assert.Contains("FieldValueRequired spec.versions[1].schema.openAPIV3Schema.properties[a].type: Required value: must not be empty for specified object fields", answer.Causes);
        Assert.Contains("must contain unique version names", answer.Message, StringComparison.Ordinal);
        Assert.Contains("must have exactly one version marked as storage version", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_decides_the_storage_cannot_change()
    {
        await CreateAsync("fixed.example");

        var scope = await fixture.AskAsync("PATCH", $"{_path}/widgets.fixed.example", """{"spec":{"scope":"Cluster","names":{"kind":"Gadget"}}}""", "application/merge-patch+json");

        Assert.Equal(
            ["FieldValueInvalid spec.scope: Invalid value: \"Cluster\": field is immutable", "FieldValueInvalid spec.names.kind: Invalid value: \"Gadget\": field is immutable"],
            scope.Causes);
    }

    [Fact]
    public async Task A_definition_goes_after_its_objects()
    {
        await CreateAsync("gone.example");
        var widgets = "/apis/gone.example/v1/namespaces/default/widgets";
        var held = await fixture.AskAsync("POST", widgets, """{"apiVersion":"gone.example/v1","kind":"Widget","metadata":{"name":"held","finalizers":["a.example/b"]}}""");
        await fixture.AskAsync("POST", widgets, """{"apiVersion":"gone.example/v1","kind":"Widget","metadata":{"name":"free"}}""");

        var deleted = (await fixture.AskAsync("DELETE", $"{_path}/widgets.gone.example")).Body;
        var terminating = await fixture.UntilAsync($"{_path}/widgets.gone.example", found => Terminating(found) is "InstanceDeletionInProgress");
        await fixture.UntilAsync($"{widgets}/free", found => found is null);
        var refused = await fixture.AskAsync("POST", widgets, """{"apiVersion":"gone.example/v1","kind":"Widget","metadata":{"name":"late"}}""");
        await fixture.AskAsync("PATCH", $"{widgets}/held", """{"metadata":{"finalizers":null}}""", "application/merge-patch+json");
        await fixture.UntilAsync($"{_path}/widgets.gone.example", found => found is null);
        var after = await fixture.AskAsync("GET", widgets);

        Assert.Equal(201, held.Status);
        Assert.Equal("InstanceDeletionPending", Terminating(deleted));
        Assert.Equal("customresourcecleanup.apiextensions.k8s.io", (string?)deleted["metadata"]!["finalizers"]![0]);
        Assert.Equal((1, null), ((int?)deleted["metadata"]!["generation"], deleted["metadata"]!["deletionGracePeriodSeconds"]));
        Assert.NotNull(terminating);
        Assert.Equal((405, "create not allowed while custom resource definition is terminating"), (refused.Status, refused.Message));
        Assert.Equal((404, "404 page not found\n"), (after.Status, after.Text));
    }

    private static string? Terminating(JsonNode? definition) => (string?)definition?["status"]?["conditions"]?.AsArray()
        .FirstOrDefault(condition => (string?)condition!["type"] == "Terminating")?["reason"];

    private async Task CreateAsync(string group)
    {
        var created = await fixture.AskAsync("POST", _path, Definition(group).ToJsonString());
        Assert.Equal("""{"acceptedNames":{"kind":"","plural":""},"conditions":null,"storedVersions":["v1"]}""", created.Body["status"]!.ToJsonString());
        await fixture.UntilAsync($"{_path}/widgets.{group}", found => found?["status"]?["conditions"]?.AsArray().Count == 2);
    }

    private static JsonObject Definition(string group) => JsonNode.Parse($$$"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.{{{group}}}"},
         "spec":{"group":"{{{group}}}","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},
          "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"} } } } } } }] } }
        """)!.AsObject();

    private static void Set(JsonObject root, string path, JsonNode? value)
    {
        JsonNode at = root;
        var parts = path.Split('.');
        foreach (var part in parts[..^1])
            at = at is JsonArray items ? items[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : at[part]!;
        if (value is null)
            at.AsObject().Remove(parts[^1]);
        else
            at[parts[^1]] = value;
    }
}
