using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary>A refusal in one of Girder's forms.</summary>
internal sealed class GirderFault : Exception
{
    private GirderFault(int status, string type, string message, string? field = null, string? identifier = null)
        : base(message)
    {
        Status = status;
        Body = new JsonObject { ["message"] = message, ["type"] = type };
        if (field is not null)
            Body["field"] = field;
        if (identifier is not null)
            Body["identifier"] = identifier;
    }

    public int Status { get; }

    public JsonObject Body { get; }

    /// <summary>The request makes no sense (Girder's RestException).</summary>
    public static GirderFault Rest(string message, int status = 400) => new(status, "rest", message);

    /// <summary>A parameter that is not optional was left out.</summary>
    public static GirderFault Missing(string parameter) => Rest($"Parameter \"{parameter}\" is required.");

    /// <summary>A document's field has a value that it must not have (ValidationException).</summary>
    public static GirderFault Validation(string message, string? field = null) => new(400, "validation", message, field);

    /// <summary>Anonymous callers get 401, others 403 (AccessException).</summary>
    public static GirderFault Access(string message, bool anonymous) => new(anonymous ? 401 : 403, "access", message);

    /// <summary>An exception that Girder did not foresee.</summary>
    public static GirderFault Internal(string message) => new(500, "internal", message);
}
