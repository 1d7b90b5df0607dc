using System.Text.Json.Nodes;
using WholeTale.Simulator.Schema;

namespace WholeTale.Simulator.Api;

/// <summary>A refusal, as the API server words it: it becomes a <c>Status</c> object on the wire.</summary>
internal sealed class ApiStatusException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code => code;

    public string Reason => reason;

    public JsonObject? Details => details;

    public static ApiStatusException NotFound(Kind kind, string name) =>
        new(404, "NotFound", $"{kind.GroupResource} \"{name}\" not found", DetailsOf(kind, name));

    public static ApiStatusException AlreadyExists(Kind kind, string name) =>
        new(409, "AlreadyExists", $"{kind.GroupResource} \"{name}\" already exists", DetailsOf(kind, name));

    public static ApiStatusException Conflict(Kind kind, string name, string message) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind.GroupResource} \"{name}\": {message}", DetailsOf(kind, name));

    /// <summary>A precondition of a deletion failed; the real server names the kind here, not the resource.</summary>
    public static ApiStatusException PreconditionFailed(Kind kind, string name, string message) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind.Name}{(kind.Group.Length == 0 ? "" : "." + kind.Group)} \"{name}\": {message}", DetailsOf(kind with { Plural = kind.Name }, name));

    public static ApiStatusException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiStatusException Expired(long version, long oldest) =>
        new(410, "Expired", $"too old resource version: {version} ({oldest})");

    /// <summary>What the proxy of a Service or pod says where nobody listens.</summary>
    public static ApiStatusException Unreachable(string address, int port) =>
        new(503, "ServiceUnavailable", $"error trying to reach service: dial tcp {address}:{port}: connect: connection refused");

    public static JsonObject DetailsOf(Kind kind, string name)
    {
        var details = new JsonObject();
        if (name.Length > 0)
            details["name"] = name;
        if (kind.Group.Length > 0)
            details["group"] = kind.Group;
        details["kind"] = kind.Plural;
        return details;
    }

    /// <summary>The <c>Status</c> object.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (reason.Length > 0)
            status["reason"] = reason;
        if (details is not null)
            status["details"] = details.DeepClone();
        status["code"] = code;
        return status;
    }
}
