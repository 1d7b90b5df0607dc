using WholeTale.Core.Certificates;
using WholeTale.Core.Configuration;
using WholeTale.Core.Manifests;

namespace WholeTale.Core.Tests.Manifests;

/// <summary>A platform to render: settings from parameters, secrets that are made up.</summary>
internal static class PlatformSample
{
    private static readonly TlsMaterial Certificate = SelfSigned.Create(["registry"], "Ecdsa", 90, TimeProvider.System);

    public static PlatformSecrets Secrets { get; } = new()
    {
        AdminPassword = new Secret("admin: 'pass' \"word\""),
        RegistryPassword = new Secret("registry {{pass}} word"),
        RegistryHtpasswd = new Secret("wholetale:$2b$05$abcdefghijklmnopqrstuv"),
        RegistryHttpSecret = new Secret("http secret"),
        RegistryCertificate = Certificate,
        SiteCertificate = Certificate,
    };

    public static ResolvedSettings Settings(params (string Path, object? Value)[] parameters) =>
        SettingsResolver.Resolve([], new Dictionary<string, string>(), parameters.ToDictionary(pair => pair.Path, pair => pair.Value), ".");

    public static ManifestSet Render(params (string Path, object? Value)[] parameters) => Platform.Render(Settings(parameters), Secrets, "sample");

    public static Manifest Find(this ManifestSet manifests, string kind, string name) =>
        manifests.Components.SelectMany(component => component.Objects).Single(manifest => (string?)manifest.Object["kind"] == kind && (string?)manifest.Object["metadata"]!["name"] == name);
}
