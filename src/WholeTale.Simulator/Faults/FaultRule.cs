using System.Text.Json.Serialization;

namespace WholeTale.Simulator.Faults;

/// <summary>One rule: what it matches, how often, and what happens then. Members that are not given match everything.</summary>
internal sealed record FaultRule
{
    /// <summary>A name to tell rules apart by.</summary>
    public string? Id { get; init; }

    /// <summary>Where it strikes: <c>api</c> (default), <c>watch</c>, <c>image</c>, <c>container</c>, <c>hook</c>, <c>probe</c>, <c>eviction</c>, <c>claim</c>, <c>ingress</c>, <c>service</c>, <c>node</c>, <c>backend</c>, <c>restart</c>, <c>gke</c>, <c>token</c>.</summary>
    public string On { get; init; } = "api";

    /// <summary>The verb of the request: <c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, <c>deletecollection</c>.</summary>
    public string? Verb { get; init; }

    /// <summary>The plural name, e.g. <c>pods</c>, <c>deployments</c>; with a subresource <c>pods/log</c>.</summary>
    public string? Resource { get; init; }

    public string? Namespace { get; init; }

    /// <summary>The object's name; <c>*</c> stands for any letters.</summary>
    public string? Name { get; init; }

    /// <summary>The image, with <c>*</c> (on <c>image</c>, <c>container</c>, <c>hook</c>, <c>probe</c>, <c>backend</c>).</summary>
    public string? Image { get; init; }

    /// <summary>The container's name.</summary>
    public string? Container { get; init; }

    /// <summary>The path of the request, with <c>*</c> (on <c>api</c> and <c>backend</c>).</summary>
    public string? Path { get; init; }

    /// <summary>The user agent, with <c>*</c>.</summary>
    public string? UserAgent { get; init; }

    /// <summary>How many matches are let through before it strikes.</summary>
    public int After { get; init; }

    /// <summary>How often it strikes; null for always.</summary>
    public int? Count { get; init; }

    /// <summary>How likely it strikes, from 0 to 1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>The seed of chance; the same seed strikes the same matches.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What happens: see docs/simulator.md.</summary>
    public string? Action { get; init; }

    /// <summary>The status code of an answer.</summary>
    public int? Status { get; init; }

    /// <summary>The reason or message shown.</summary>
    public string? Reason { get; init; }

    public string? Message { get; init; }

    /// <summary>Seconds in <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Milliseconds of latency, or before a stream breaks.</summary>
    public int? Milliseconds { get; init; }

    /// <summary>Bytes or events that still come through before it breaks.</summary>
    public int? Bytes { get; init; }

    /// <summary>The exit code of a container that crashes, or of a hook.</summary>
    public int? ExitCode { get; init; }

    /// <summary>How often it has struck; only told, never read.</summary>
    [JsonPropertyName("struck")]
    public int? Struck { get; init; }
}
