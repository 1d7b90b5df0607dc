using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace WholeTale.Simulator.Api;

/// <summary>What a simulated API server is made of.</summary>
internal sealed record KubernetesApiOptions
{
    /// <summary>The administrator's bearer token (member of <c>system:masters</c>).</summary>
    public required string AdminToken { get; init; }

    /// <summary>The authority whose client certificates are accepted (CN is the user, O its groups); null for none.</summary>
    public X509Certificate2? ClientAuthority { get; init; }

    /// <summary>Whose token it is that this server does not know: an identity elsewhere, taken as an administrator's; null for nobody's.</summary>
    public Func<string, string?>? ForeignTokens { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The commit that <c>/version</c> names.</summary>
    public string GitCommit { get; init; } = "0000000000000000000000000000000000000000";

    /// <summary>What <c>/version</c> says; an upgrade changes it.</summary>
    public string GitVersion { get; set; } = "v1.26.15+wholetale.simulator";

    /// <summary>The minor version: of v1.26.15 it is 26.</summary>
    public int Minor => int.Parse(GitVersion.Split('.')[1], CultureInfo.InvariantCulture);
}
