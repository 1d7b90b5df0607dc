using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Changes that an API server forbids once an object exists.</summary>
internal static class Immutability
{
    // It says so in words alone.
    private static readonly string[] Words =
    [
        "immutable", "updates to statefulset spec", "can not be less than previous value", "can not be less than status.capacity", "may not change once set", "cannot change roleRef",
    ];

    internal static bool Concerns(ApiException exception) =>
        exception.Status.Items("details", "causes").Select(cause => cause.Text("message")).Append(exception.Message)
            .Any(message => Words.Any(word => message.Contains(word, StringComparison.OrdinalIgnoreCase)));

    internal static bool MayRecreate(PlannedObject planned, ApiException exception, DeployOptions options) => Concerns(exception) && options.Recreate && !planned.HoldsData;

    internal static DeploymentException Explain(PlannedObject planned, ApiException exception)
    {
        var fields = exception.Status.Items("details", "causes").Select(cause => cause.Text("field")).Where(field => field.Length > 0).Distinct().ToList();
        var what = fields.Count > 0 ? $"{string.Join(", ", fields)} may not change once it is made" : exception.Status.Text("message");
        return new DeploymentException(
            "FieldImmutable", FailureKind.Refused, planned.Reference.ToString(), $"{planned.Reference} cannot be changed as {planned.Origin} wants it: {what.TrimEnd('.')}.",
            planned.HoldsData
                ? "It holds data, so it is not recreated. Give back the old value, or move the data and delete it by hand."
                : "Repeat with -Recreate to have it deleted and made again.",
            exception);
    }
}
