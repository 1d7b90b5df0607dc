using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Pods;

/// <summary>The environment of containers (ValidateEnv, ValidateEnvFrom).</summary>
internal sealed partial class EnvironmentChecks(List<Cause> causes)
{
    private static readonly string[] _told =
        ["metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.podIP", "status.podIPs"];

    private static readonly string[] _labels = ["metadata.annotations", "metadata.labels", "spec.restartPolicy", "spec.schedulerName", "status.phase"];

    public void Check(JsonArray variables, string field)
    {
        for (var at = 0; at < variables.Count; at++)
        {
            var variable = variables[at]!;
            var path = $"{field}[{at}]";
            var name = variable["name"].Text() ?? "";
            if (name.Length == 0)
                causes.Add(Cause.Required(path + ".name"));
            else
                causes.AddRange(EnvName(name).Select(problem => Cause.Invalid(path + ".name", GoSyntax.Quote(name), problem)));
            if (variable["valueFrom"] is not JsonObject source)
                continue;
            if (source.Count == 0)
                causes.Add(Cause.Invalid(path + ".valueFrom", "\"\"", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"));
            else if (variable["value"].Text() is { Length: > 0 })
                causes.Add(Cause.Invalid(path + ".valueFrom", "\"\"", "may not be specified when `value` is not empty"));
            else if (source.Count > 1)
                causes.Add(Cause.Invalid(path + ".valueFrom", "\"\"", "may not have more than one field specified at a time"));
            foreach (var kind in new[] { "configMapKeyRef", "secretKeyRef" })
            {
                if (source[kind] is not JsonObject reference)
                    continue;
                if (reference["name"].Text() is null or "")
                    causes.Add(Cause.Required($"{path}.valueFrom.{kind}.name"));
                if (reference["key"].Text() is null or "")
                    causes.Add(Cause.Required($"{path}.valueFrom.{kind}.key"));
            }

            if (source["fieldRef"] is JsonObject told)
                FieldPath(told["fieldPath"].Text() ?? "", path + ".valueFrom.fieldRef.fieldPath");
        }
    }

    public void CheckSources(JsonArray sources, string field)
    {
        for (var at = 0; at < sources.Count; at++)
        {
            var path = $"{field}[{at}]";
            var source = (JsonObject)sources[at]!;
            if (source["prefix"].Text() is { Length: > 0 } prefix)
                causes.AddRange(EnvName(prefix).Select(problem => Cause.Invalid(path + ".prefix", GoSyntax.Quote(prefix), problem)));
            foreach (var kind in new[] { "configMapRef", "secretRef" })
            {
                if (source[kind] is JsonObject reference && reference["name"].Text() is null or "")
                    causes.Add(Cause.Required($"{path}.{kind}.name"));
            }

            if (source["configMapRef"] is null && source["secretRef"] is null)
                causes.Add(Cause.Invalid(field, "\"\"", "must specify one of: `configMapRef` or `secretRef`"));
            else if (source["configMapRef"] is not null && source["secretRef"] is not null)
                causes.Add(Cause.Invalid(field, "\"\"", "may not have more than one field specified at a time"));
        }
    }

    // validateObjectFieldSelector: what a pod may tell its containers of itself.
    private void FieldPath(string fieldPath, string path)
    {
        if (fieldPath.Length == 0)
            causes.Add(Cause.Required(path));
        else if (fieldPath.StartsWith("metadata.annotations['", StringComparison.Ordinal) || fieldPath.StartsWith("metadata.labels['", StringComparison.Ordinal) || _told.Contains(fieldPath))
            return;
        else if (_labels.Contains(fieldPath))
            causes.Add(Cause.NotSupported(path, GoSyntax.Quote(fieldPath), _told));
        else
            causes.Add(Cause.Invalid(path, GoSyntax.Quote(fieldPath), "error converting fieldPath: field label not supported: " + fieldPath));
    }

    private static List<string> EnvName(string name)
    {
        var problems = new List<string>();
        if (!EnvNamePattern().IsMatch(name))
        {
            problems.Add("a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit "
                + "(e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')");
        }

        if (name == ".")
            problems.Add("must not be '.'");
        else if (name == "..")
            problems.Add("must not be '..'");
        else if (name.StartsWith("..", StringComparison.Ordinal))
            problems.Add("must not start with '..'");
        return problems;
    }

    [GeneratedRegex(@"^[-._a-zA-Z][-._a-zA-Z0-9]*\z")]
    private static partial Regex EnvNamePattern();
}
