using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>ConfigMaps and Secrets.</summary>
internal sealed partial class ConfigRules(Kind kind, TypeSchema schema) : KindRules(kind, schema)
{
    private const int _most = 1024 * 1024;
    private const string _redacted = "\"<secret contents redacted>\"";

    public override void PrepareCreate(JsonObject content)
    {
        base.PrepareCreate(content);
        content.Remove("stringData");
    }

    public override void PrepareUpdate(JsonObject next, JsonObject live, string subresource)
    {
        base.PrepareUpdate(next, live, subresource);
        next.Remove("stringData");
        // A Secret's type may be left out of an update.
        if (Kind.Name == "Secret" && next["type"].Text() is null or "")
            Keep(next, live, "type");
    }

    private protected override void CheckCreate(JsonObject content, List<Cause> causes)
    {
        Check(content, causes);
    }

    private protected override void CheckUpdate(JsonObject next, JsonObject live, string subresource, List<Cause> causes)
    {
        if (Kind.Name == "Secret" && next["type"].Text() != live["type"].Text())
            causes.Add(Cause.Invalid("type", GoSyntax.Quote(next["type"].Text() ?? ""), "field is immutable"));
        if (live["immutable"].Flag() == true)
        {
            if (next["immutable"].Flag() != true)
                causes.Add(Cause.Forbidden("immutable", "field is immutable when `immutable` is set"));
            foreach (var member in new[] { "data", "binaryData" })
            {
                if (!JsonTree.AreEqual(next[member], live[member]))
                    causes.Add(Cause.Forbidden(member, "field is immutable when `immutable` is set"));
            }
        }

        Check(next, causes);
    }

    private void Check(JsonObject content, List<Cause> causes)
    {
        var data = content["data"] as JsonObject ?? [];
        var size = 0L;
        foreach (var (key, value) in data)
        {
            Key(key, $"data[{key}]", causes);
            if (Kind.Name == "ConfigMap" && content["binaryData"] is JsonObject binary && binary.ContainsKey(key))
                causes.Add(Cause.Invalid($"data[{key}]", GoSyntax.Quote(key), "duplicate of key present in binaryData"));
            size += Kind.Name == "Secret" ? (value.Text() ?? "").Length * 3L / 4 : Encoding.UTF8.GetByteCount(value.Text() ?? "");
        }

        foreach (var (key, value) in content["binaryData"] as JsonObject ?? [])
        {
            Key(key, $"binaryData[{key}]", causes);
            size += (value.Text() ?? "").Length * 3L / 4;
        }

        if (size > _most)
            causes.Add(Cause.TooLong(Kind.Name == "Secret" ? "data" : "", _most));
        if (Kind.Name == "Secret")
            SecretType(content["type"].Text() ?? "", data, content, causes);
    }

    private static void SecretType(string type, JsonObject data, JsonObject content, List<Cause> causes)
    {
        switch (type)
        {
            case "kubernetes.io/service-account-token":
                if (content["metadata"]?["annotations"]?["kubernetes.io/service-account.name"].Text() is null or "")
                    causes.Add(Cause.Required("metadata.annotations[kubernetes.io/service-account.name]"));
                break;
            case "kubernetes.io/dockercfg" or "kubernetes.io/dockerconfigjson":
                var key = type == "kubernetes.io/dockercfg" ? ".dockercfg" : ".dockerconfigjson";
                if (data[key].Text() is not { } encoded)
                    causes.Add(Cause.Required($"data[{key}]"));
                else if (JsonProblem(Convert.FromBase64String(encoded)) is { } problem)
                    causes.Add(Cause.Invalid($"data[{key}]", _redacted, problem));
                break;
            case "kubernetes.io/basic-auth":
                if (data["username"] is null && data["password"] is null)
                {
                    causes.Add(Cause.Required("data[username]"));
                    causes.Add(Cause.Required("data[password]"));
                }

                break;
            case "kubernetes.io/ssh-auth":
                if (data["ssh-privatekey"].Text() is null or "")
                    causes.Add(Cause.Required("data[ssh-privatekey]"));
                break;
            case "kubernetes.io/tls":
                foreach (var name in new[] { "tls.crt", "tls.key" })
                {
                    if (data[name] is null)
                        causes.Add(Cause.Required($"data[{name}]"));
                }

                break;
            default:
                break;
        }
    }

    private static string? JsonProblem(byte[] utf8)
    {
        try
        {
            JsonTree.Parse(utf8);
            return null;
        }
        catch (JsonException broken)
        {
            return Api.GoErrors.Json(broken, utf8);
        }
    }

    private static void Key(string key, string field, List<Cause> causes)
    {
        if (key.Length > 253)
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(key), Names.TooLong(253)));
        if (!KeyPattern().IsMatch(key))
        {
            causes.Add(Cause.Invalid(
                field,
                GoSyntax.Quote(key),
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"));
        }

        if (key == ".")
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(key), "must not be '.'"));
        else if (key == "..")
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(key), "must not be '..'"));
        else if (key.StartsWith("..", StringComparison.Ordinal))
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(key), "must not start with '..'"));
    }

    [GeneratedRegex(@"^[-._a-zA-Z0-9]+\z")]
    private static partial Regex KeyPattern();
}
