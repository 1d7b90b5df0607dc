namespace WholeTale.Core.Kubernetes;

/// <summary>How to apply.</summary>
public sealed record ApplyOptions
{
    /// <summary>The plain form.</summary>
    public static ApplyOptions Default { get; } = new();

    /// <summary>Takes fields over from other managers.</summary>
    public bool Force { get; init; }

    /// <summary>Only shows what would be stored.</summary>
    public bool DryRun { get; init; }

    /// <summary>Who applies; <c>wholetale</c> by default.</summary>
    public string FieldManager { get; init; } = "wholetale";
}
