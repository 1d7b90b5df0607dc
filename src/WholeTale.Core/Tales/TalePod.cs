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

    /// <summary>Pending, Running, Failed or Terminating.</summary>
    public string Status { get; init; } = "";

    /// <summary>The pod's name.</summary>
    public string Pod { get; init; } = "";

    /// <summary>Where it is reached, without the token.</summary>
    public Uri? Url { get; init; }

    /// <summary>The image it runs.</summary>
    public string Image { get; init; } = "";

    /// <summary>When it started.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>The token that its URL needs; a secret.</summary>
    public Configuration.Secret? Token { get; init; }

    /// <summary>The node it runs on.</summary>
    public string Node { get; init; } = "";

    /// <summary>The name that its objects share, e.g. <c>tale-ab12cd34ef56</c>.</summary>
    public string Name { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{Tale} ({InstanceId})";
}
