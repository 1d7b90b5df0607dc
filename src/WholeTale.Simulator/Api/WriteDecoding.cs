using System.Text.Json.Nodes;
using WholeTale.Simulator.Patching;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation;

namespace WholeTale.Simulator.Api;

/// <summary>Brings what was sent into the form of its kind, and tells of what does not fit.</summary>
internal static class WriteDecoding
{
    public static void Decode(WriteRequest request, JsonObject content, KindRules rules, IReadOnlyList<string>? duplicates, IReadOnlyList<string>? changed = null)
    {
        var kind = request.Kind;
        IReadOnlyList<string> unknown;
        try
        {
            unknown = rules.Decode(content, changed);
        }
        catch (DecodeException refused)
        {
            throw ApiStatusException.BadRequest($"{kind.Name} in version \"{kind.Version}\" cannot be handled as a {kind.Name}: {refused.Message}");
        }

        if (request.Options.FieldValidation == "Ignore" || unknown.Count == 0 && duplicates is not { Count: > 0 })
            return;
        var problems = unknown.Select(path => $"unknown field \"{path}\"")
            .Concat((duplicates ?? []).Select(path => $"duplicate field \"{path}\"")).ToList();
        if (request.Options.FieldValidation == "Strict")
        {
            throw ApiStatusException.BadRequest(
                $"{kind.Name} in version \"{kind.Version}\" cannot be handled as a {kind.Name}: strict decoding error: {string.Join(", ", problems)}");
        }

        request.Warnings.AddRange(problems);
    }

    // patch.go: what does not decode is an invalid patch, not a bad request.
    public static JsonObject DecodePatched(WriteRequest request, PatchedObject patched, KindRules rules)
    {
        var problems = patched.StrictProblems.ToList();
        try
        {
            if (patched.Content is not JsonObject next)
                throw new DecodeException($"couldn't get version/kind; json parse error: json: cannot unmarshal {GoText.KindOf(patched.Content)} into Go value of type struct {{ APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }}");
            if (patched.IsTyped)
                CheckType(request.Kind, next);
            problems.AddRange(rules.Decode(next).Select(path => $"unknown field \"{path}\""));
            if (request.Options.FieldValidation == "Strict" && problems.Count > 0)
                throw new DecodeException("strict decoding error: " + string.Join(", ", problems));
            if (request.Options.FieldValidation == "Warn")
                request.Warnings.AddRange(problems);
            return next;
        }
        catch (DecodeException refused)
        {
            var problem = patched.IsTyped ? refused.Message : refused.Conversion;
            throw Cause.Invalid("", "", "", [Cause.Invalid("patch", GoSyntax.Quote(patched.Show()), problem)]);
        }
    }

    private static void CheckType(Kind kind, JsonObject content)
    {
        var version = content["apiVersion"].Text() ?? "";
        var name = content["kind"].Text() ?? "";
        if (name.Length == 0)
            throw new DecodeException($"Object 'Kind' is missing in '{JsonText(content)}'");
        if (version.Length == 0)
            throw new DecodeException($"Object 'apiVersion' is missing in '{JsonText(content)}'");
        if (version == kind.ApiVersion && name == kind.Name)
            return;
        var shortVersion = version[(version.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var package = kind.Group.Length == 0 ? "core" : kind.Group.Split('.')[0];
        throw new DecodeException(ModelSchemas.IsKnown(version, name)
            ? $"converting ({shortVersion}.{name}) to ({package}.{kind.Name}): unknown conversion"
            : $"no kind \"{name}\" is registered for version \"{version}\" in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"");
    }

    private static string JsonText(JsonNode node) => System.Text.Encoding.UTF8.GetString(JsonTree.Write(node));
}
