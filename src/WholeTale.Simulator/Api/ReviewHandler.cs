using System.Text.Json.Nodes;
using WholeTale.Simulator.Patching;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Validation;

namespace WholeTale.Simulator.Api;

/// <summary>Answers kinds that are questions and are not stored: access reviews, token reviews, token requests.</summary>
internal sealed class ReviewHandler(KubernetesApi api)
{
    private const long _shortest = 600;

    /// <summary>Answers a review: the object with its status.</summary>
    public JsonObject Review(WriteRequest request, JsonObject content)
    {
        var rules = api.Rules.Of(request.Kind);
        WriteDecoding.Decode(request, content, rules, null);
        api.Ownership(request.Kind, "").Update(rules.Empty(), new ManagedFields(), content, request.Manager(ManagerKey.Update));
        content["metadata"]!["creationTimestamp"] = null;
        var spec = content["spec"]?.AsObject() ?? [];
        content["status"] = request.Kind.Name switch
        {
            "SelfSubjectAccessReview" => Access(request.Caller, spec),
            "SubjectAccessReview" or "LocalSubjectAccessReview" => Access(
                new Caller(spec["user"].Text() ?? "", [.. (spec["groups"] as JsonArray ?? []).Select(group => group.Text() ?? "")], ""),
                spec),
            "SelfSubjectRulesReview" => Rules(request.Caller, spec["namespace"].Text() ?? ""),
            _ => Token(spec),
        };
        return content;
    }

    /// <summary>Issues a token for a service account.</summary>
    public JsonObject Token(WriteRequest request, JsonObject content)
    {
        var account = api.Store.Get(request.Kind, request.Namespace, request.Name) ?? throw ApiStatusException.NotFound(request.Kind, request.Name);
        var schema = ModelSchemas.Find("authentication.k8s.io", "v1", "TokenRequest")!;
        try
        {
            new Decoder().Decode(content, schema);
        }
        catch (DecodeException refused)
        {
            throw ApiStatusException.BadRequest($"TokenRequest in version \"v1\" cannot be handled as a TokenRequest: {refused.Message}");
        }

        var spec = content["spec"]!.AsObject();
        var seconds = spec["expirationSeconds"].Number() ?? 3600;
        if (seconds < _shortest)
        {
            throw Cause.Invalid(
                "authentication.k8s.io",
                "TokenRequest",
                "",
                [Cause.Invalid("spec.expirationSeconds", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture), "may not specify a duration less than 10 minutes")]);
        }

        spec["expirationSeconds"] = seconds;
        var asked = (spec["audiences"] as JsonArray ?? []).Select(audience => audience.Text() ?? "").ToList();
        var audiences = asked.Count > 0 ? asked : [TokenIssuer.Audience];
        var metadata = content["metadata"]!.AsObject();
        metadata.Remove("managedFields");
        metadata.Remove("creationTimestamp");
        var key = request.Manager(ManagerKey.Update) with { ApiVersion = "authentication.k8s.io/v1" };
        var zero = Decoder.Zero(schema) as JsonObject ?? [];
        content["apiVersion"] = "authentication.k8s.io/v1";
        content["kind"] = "TokenRequest";
        new FieldManager(schema, new FieldSet(), api.Store.Timestamp).Update(zero, new ManagedFields(), content, key);
        spec["audiences"] = new JsonArray([.. audiences.Select(audience => (JsonNode)audience)]);
        var expires = api.Options.Time.GetUtcNow().AddSeconds(seconds);
        metadata["name"] = account.Name;
        metadata["namespace"] = account.Namespace;
        metadata["creationTimestamp"] = api.Store.Timestamp();
        content["status"] = new JsonObject
        {
            ["token"] = api.Tokens.Issue(account, audiences, expires),
            ["expirationTimestamp"] = TokenIssuer.Format(expires),
        };
        return content;
    }

    private JsonObject Access(Caller caller, JsonObject spec)
    {
        var request = spec["resourceAttributes"] is JsonObject resource
            ? new RequestInfo
            {
                IsResource = true,
                Path = "",
                Verb = resource["verb"].Text() ?? "",
                Group = resource["group"].Text() ?? "",
                Version = resource["version"].Text() ?? "",
                Resource = resource["resource"].Text() ?? "",
                Subresource = resource["subresource"].Text() ?? "",
                Namespace = resource["namespace"].Text() ?? "",
                Name = resource["name"].Text() ?? "",
            }
            : new RequestInfo
            {
                Path = spec["nonResourceAttributes"]?["path"].Text() ?? "",
                Verb = spec["nonResourceAttributes"]?["verb"].Text() ?? "",
            };
        var reason = api.Authorizer.Reason(caller, request);
        var status = new JsonObject { ["allowed"] = reason is not null };
        if (!string.IsNullOrEmpty(reason))
            status["reason"] = reason;
        return status;
    }

    private JsonObject Rules(Caller caller, string ns)
    {
        var resources = new JsonArray();
        var paths = new JsonArray();
        foreach (var rule in api.Authorizer.RulesOf(caller, ns))
        {
            var verbs = rule["verbs"]?.DeepClone();
            if (rule["nonResourceURLs"] is JsonArray { Count: > 0 } urls)
            {
                paths.Add(new JsonObject { ["verbs"] = verbs, ["nonResourceURLs"] = urls.DeepClone() });
                continue;
            }

            var answer = new JsonObject { ["verbs"] = verbs, ["apiGroups"] = rule["apiGroups"]?.DeepClone(), ["resources"] = rule["resources"]?.DeepClone() };
            if (rule["resourceNames"] is { } names)
                answer["resourceNames"] = names.DeepClone();
            resources.Add(answer);
        }

        return new JsonObject { ["resourceRules"] = resources, ["nonResourceRules"] = paths, ["incomplete"] = false };
    }

    private JsonObject Token(JsonObject spec)
    {
        if (api.Tokens.Check(spec["token"].Text() ?? "", "") is not { } caller)
            return new JsonObject { ["user"] = new JsonObject(), ["error"] = "[invalid bearer token]" };
        return new JsonObject
        {
            ["authenticated"] = true,
            ["user"] = new JsonObject { ["username"] = caller.Name, ["groups"] = new JsonArray([.. caller.Groups.Select(group => (JsonNode)group)]) },
            ["audiences"] = new JsonArray(TokenIssuer.Audience),
        };
    }
}
