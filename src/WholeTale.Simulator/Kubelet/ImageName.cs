using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace WholeTale.Simulator.Kubelet;

/// <summary>Names of images, as the container runtime reads them.</summary>
internal static partial class ImageName
{
    /// <summary>The name with registry and tag: <c>nginx</c> is <c>docker.io/library/nginx:latest</c>.</summary>
    public static string Full(string image)
    {
        var name = image.Contains('/', StringComparison.Ordinal) ? image : "library/" + image;
        var registry = name[..name.IndexOf('/', StringComparison.Ordinal)];
        if (!IsHost(registry))
            name = "docker.io/" + name;
        return name.Contains('@', StringComparison.Ordinal) || name.LastIndexOf(':') > name.LastIndexOf('/') ? name : name + ":latest";
    }

    /// <summary>A made-up digest, equal for equal names.</summary>
    public static string Id(string image)
    {
        var full = Full(image);
        if (full.Contains('@', StringComparison.Ordinal))
            return full;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)));
        return $"{full[..full.LastIndexOf(':')]}@sha256:{digest}";
    }

    /// <summary>The registry's host.</summary>
    public static string Registry(string image)
    {
        var full = Full(image);
        return full[..full.IndexOf('/', StringComparison.Ordinal)];
    }

    public static bool IsValid(string image) => Pattern().IsMatch(image);

    private static bool IsHost(string part) => part.Contains('.', StringComparison.Ordinal) || part.Contains(':', StringComparison.Ordinal) || part == "localhost";

    // distribution/reference: only lower case in the repository.
    [GeneratedRegex("^([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+|/[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$")]
    private static partial Regex Pattern();
}
