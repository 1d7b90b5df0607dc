using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Validation.Rules;

/// <summary>Events of the core group, and those of events.k8s.io, which are held to more (pkg/apis/core/validation/events.go).</summary>
internal static class EventChecks
{
    public static void Check(JsonObject happened, JsonObject? old, List<Cause> causes)
    {
        _ = old;
        var ns = happened["metadata"]?["namespace"].Text() ?? "";
        var about = happened["involvedObject"]?["namespace"].Text() ?? "";
        if (happened["eventTime"].Text() is null)
        {
            // Of what lies in no namespace it is told in "default".
            if (about.Length == 0 ? ns is not ("" or "default") : ns != about)
                causes.Add(Cause.Invalid("involvedObject.namespace", GoSyntax.Quote(about), "does not match event.namespace"));
            return;
        }

        if (about.Length == 0 && ns is not ("default" or "kube-system"))
            causes.Add(Cause.Invalid("involvedObject.namespace", GoSyntax.Quote(about), "does not match event.namespace"));
        var reporter = happened["reportingComponent"].Text() ?? "";
        if (reporter.Length == 0)
            causes.Add(Cause.Required("reportingController"));
        causes.AddRange(Names.QualifiedName(reporter).Select(problem => Cause.Invalid("reportingController", GoSyntax.Quote(reporter), problem)));
        Bounded(happened, "reportingInstance", causes);
        Bounded(happened, "action", causes);
        Bounded(happened, "reason", causes);
        if ((happened["message"].Text() ?? "").Length > 1024)
            causes.Add(Cause.Invalid("message", "\"\"", "can have at most 1024 characters"));
    }

    public static void Modern(JsonObject happened, JsonObject? old, List<Cause> causes)
    {
        var core = (JsonObject)happened.DeepClone();
        EventForms.ToCore(core);
        Check(core, old, causes);
        if (old is not null)
            return;
        if (happened["eventTime"].Text() is null)
            causes.Add(Cause.Required("eventTime"));
        if (happened["type"].Text() is not ("Normal" or "Warning") and var type)
            causes.Add(Cause.Invalid("type", "\"\"", "has invalid value: " + type));
        foreach (var member in new[] { "firstTimestamp", "lastTimestamp" }.Where(member => core[member].Text() is not null))
            causes.Add(Cause.Invalid(member, "\"\"", "needs to be unset"));
        if (core["count"].Number() is { } count and not 0)
            causes.Add(Cause.Invalid("count", "\"\"", "needs to be unset"));
        if (core["source"] is JsonObject { Count: > 0 })
            causes.Add(Cause.Invalid("source", "\"\"", "needs to be unset"));
    }

    private static void Bounded(JsonObject happened, string member, List<Cause> causes)
    {
        var text = happened[member].Text() ?? "";
        if (text.Length == 0)
            causes.Add(Cause.Required(member));
        else if (text.Length > 128)
            causes.Add(Cause.Invalid(member == "reportingInstance" ? "repotingIntance" : member, "\"\"", "can have at most 128 characters"));
    }
}
