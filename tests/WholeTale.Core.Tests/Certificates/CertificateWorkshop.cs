using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using WholeTale.Core.Certificates;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tests.Certificates;

/// <summary>A folder with certificate files, and settings that name them. Its clock stands at noon of 1 June 2026.</summary>
internal sealed class CertificateWorkshop : IDisposable
{
    public const string Domain = "tales.example.org";

    public static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wt-certificates-");

    public TestAuthority Authority { get; } = new();

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public RSA RsaKey { get; } = RSA.Create(2048);

    public string Folder => folder.FullName;

    public List<string> Warnings { get; } = [];

    public static string[] Names => [$"*.{Domain}", Domain];

    public X509Certificate2 Leaf(params string[] names) => Authority.Issue(names.Length > 0 ? names : Names, Key);

    public string KeyPem => Key.ExportPkcs8PrivateKeyPem();

    /// <summary>An acme.json of Traefik 2 with one resolver for each entry.</summary>
    public static string Acme(params (string Main, string[] Sans, string Certificate, string Key)[] entries) => new JsonObject(entries.Index().Select(entry => KeyValuePair.Create(
        $"resolver{entry.Index}",
        (JsonNode?)new JsonObject
        {
            ["Account"] = new JsonObject { ["Email"] = "ops@example.org" },
            ["Certificates"] = new JsonArray(new JsonObject
            {
                ["domain"] = new JsonObject { ["main"] = entry.Item.Main, ["sans"] = new JsonArray([.. entry.Item.Sans.Select(name => JsonValue.Create(name))]) },
                ["certificate"] = Base64(entry.Item.Certificate),
                ["key"] = Base64(entry.Item.Key),
                ["Store"] = "default",
            }),
        }))).ToJsonString();

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public async Task<TlsMaterial?> LoadAsync(params (string Path, object? Value)[] parameters)
    {
        var all = parameters.Append(("Domain", Domain)).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        var settings = SettingsResolver.Resolve([], new Dictionary<string, string>(), all, Folder);
        return await SiteCertificate.LoadAsync(settings, new Collector(Warnings), new FixedTime(Now), TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        Authority.Dispose();
        Key.Dispose();
        RsaKey.Dispose();
        folder.Delete(recursive: true);
    }

    private sealed class Collector(List<string> warnings) : IProgress<Report>
    {
        public void Report(Report value) => warnings.Add(((WarningReport)value).Message);
    }
}
