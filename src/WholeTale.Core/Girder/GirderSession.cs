using WholeTale.Core.Configuration;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Girder;

/// <summary>What the steps of a set-up share.</summary>
internal sealed record GirderSession
{
    /// <summary>Girder.</summary>
    public required GirderClient Client { get; init; }

    /// <summary>The API server, for Secrets.</summary>
    public required ApiClient Api { get; init; }

    /// <summary>Whole Tale's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The settings in force.</summary>
    public required ResolvedSettings Settings { get; init; }

    /// <summary>Where reports go.</summary>
    public required IProgress<Report> Progress { get; init; }

    /// <summary>The Girder that answered.</summary>
    public required GirderVersion Version { get; init; }

    /// <summary>How long Girder is waited for.</summary>
    public required GirderPatience Patience { get; init; }

    /// <summary>Whole Tale's domain.</summary>
    public string Domain => Settings.Settings.Domain;

    /// <summary>Says what works, but not as wished for.</summary>
    public void Warn(string message) => Progress.Report(new WarningReport(message));
}
