using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tales;

/// <summary>A tale that runs in a pod.</summary>
public sealed record TalePod
{
    /// <summary>The instance's id in Girder.</summary>
    public required string InstanceId { get; init; }

    /// <summary>The tale's id in Girder.</summary>
    public string TaleId { get; init; } = "";

    /// <summary>The tale's name.</summary>
    public string Tale { get; init; } = "";

    /// <summary>The login of the user it runs for.</summary>
    public string User { get; init; } = "";

    /// <summary>Pending, Running, Failed or Terminating; Removed when a watch tells that it is gone.</summary>
    public string Status { get; init; } = "";

    /// <summary>The pod's name.</summary>
    public string Pod { get; init; } = "";

    /// <summary>Where it is reached, without the token.</summary>
    public Uri? Url { get; init; }

    /// <summary>The image it runs.</summary>
    public string Image { get; init; } = "";

    /// <summary>The image's digest as the node pulled it; empty while there is none.</summary>
    public string ImageDigest { get; init; } = "";

    /// <summary>When it started.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>The token that its URL needs; a secret. Lists leave it out (<see cref="TalePods.ReadTokenAsync"/>).</summary>
    public Secret? Token { get; init; }

    /// <summary>Where it is reached, with the token; a secret. Lists leave it out.</summary>
    public Secret? TokenUrl { get; init; }

    /// <summary>The node it runs on.</summary>
    public string Node { get; init; } = "";

    /// <summary>The name that its objects share, e.g. <c>tale-ab12cd34ef56</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>After how long without use it may be culled; zero for never.</summary>
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>When it was last used, as far as is known; lists leave it out (<see cref="TalePods.ReadLastUseAsync"/>).</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>Who made it: <c>wholetale</c>, or <c>gwvolman</c> for those that Whole Tale's own worker started.</summary>
    public string Origin { get; init; } = "wholetale";

    /// <summary>Whether it has gone unused for longer than its idle timeout; never, where that is zero or its last use is not known.</summary>
    public bool IsIdle(DateTimeOffset now) => IdleTimeout > TimeSpan.Zero && LastUsed is { } last && now - last > IdleTimeout;

    /// <summary>Whether it started longer ago.</summary>
    public bool IsOlderThan(TimeSpan age, DateTimeOffset now) => Started is { } started && now - started > age;

    /// <inheritdoc/>
    public override string ToString() => $"{Tale} ({InstanceId})";
}
