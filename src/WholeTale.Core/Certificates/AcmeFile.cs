using System.Text;
using System.Text.Json;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Certificates;

/// <summary>Reads Traefik's acme.json, in the forms of Traefik 1 and 2.</summary>
public static class AcmeFile
{
    /// <summary>Gives the certificate that is valid for a domain and its subdomains.</summary>
    /// <exception cref="CertificateException">The file is missing or malformed, or has none for this domain, or it is out of date.</exception>
    public static async Task<TlsMaterial> ReadAsync(string path, string domain, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(time);
        var bytes = await CertificateFile.ReadAsync(path, cancellationToken);
        var entries = ReadEntries(bytes, path);
        var fitting = entries.Where(entry => Hosts(domain).All(host => HostName.IsCovered(host, entry.Names))).ToList();
        if (fitting.Count == 0)
        {
            var known = entries.SelectMany(entry => entry.Names).Distinct().Take(12).ToList();
            throw new CertificateException(
                "CertificateWrongDomain", FailureKind.InvalidInput, path,
                $"{path} has no certificate for *.{domain}; it has {(known.Count == 0 ? "none at all" : string.Join(", ", known))}.",
                "Correct the setting Domain, or have Traefik obtain one for it.");
        }

        // Several resolvers may have obtained one each: the best is the one that can be used and lasts longest.
        var readings = fitting.Select(entry => Try(() => Check(Decode(entry, path), domain, time, path))).ToList();
        return readings.Select(reading => reading.Material).OfType<TlsMaterial>().MaxBy(material => material.NotAfter) ?? throw readings[0].Error!;
    }

    private static string[] Hosts(string domain) => [$"girder.{domain}", $"dashboard.{domain}"];

    private static TlsMaterial Check(TlsMaterial material, string domain, TimeProvider time, string path)
    {
        Validity.Check(material, path, time);
        Validity.RequireHosts(material, Hosts(domain), path);
        return material;
    }

    private static (TlsMaterial? Material, CertificateException? Error) Try(Func<TlsMaterial> read)
    {
        try
        {
            return (read(), null);
        }
        catch (CertificateException exception)
        {
            return (null, exception);
        }
    }

    private static TlsMaterial Decode(Entry entry, string path)
    {
        var origin = $"{path} (the entry for {(entry.Names.Count > 0 ? entry.Names[0] : "no domain")})";
        return PemReader.Read(FromBase64(entry.Certificate, "certificate", origin), new Secret(FromBase64(entry.Key, "key", origin)), null, origin);
    }

    private static string FromBase64(string text, string what, string origin)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(text));
        }
        catch (Exception exception) when (exception is FormatException or DecoderFallbackException)
        {
            // The cause may quote the key, so it is not passed on.
            throw new CertificateException(
                "CertificateMalformed", FailureKind.Malformed, origin, $"The {what} in {origin} is no base64 of PEM text.", "Copy the file from Traefik anew.");
        }
    }

    private static List<Entry> ReadEntries(byte[] bytes, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var lists = ListsIn(document.RootElement).ToList();
            if (lists.Count == 0)
            {
                throw new CertificateException(
                    "CertificateMalformed", FailureKind.Malformed, path, $"{path} is no acme.json of Traefik: it has no list 'Certificates'.",
                    "Copy the file from Traefik, which writes it once a certificate was obtained.");
            }
            return [.. lists.SelectMany(list => list.EnumerateArray()).Select(Read)];
        }
        catch (JsonException exception)
        {
            throw new CertificateException(
                "CertificateMalformed", FailureKind.Malformed, path, $"{path} is no whole JSON (line {exception.LineNumber + 1}).", "Copy the file from Traefik anew.");
        }
    }

    // Traefik 1 has the list at the top (1.0 to 1.3 under DomainsCertificate.Certs), Traefik 2 and 3 below each resolver's name.
    private static IEnumerable<JsonElement> ListsIn(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return [];
        var own = Member(root, "Certificates") ?? (Member(root, "DomainsCertificate") is { } old ? Member(old, "Certs") : null);
        return own is { ValueKind: JsonValueKind.Array }
            ? [own.Value]
            : root.EnumerateObject()
                .Select(resolver => Member(resolver.Value, "Certificates"))
                .Where(list => list is { ValueKind: JsonValueKind.Array })
                .Select(list => list!.Value);
    }

    private static Entry Read(JsonElement entry)
    {
        var domain = Member(entry, "Domain") ?? Member(entry, "Domains");
        var names = new List<string>();
        if (domain is { } names1 && Text(names1, "Main") is { Length: > 0 } main)
            names.Add(main);
        if (domain is { } names2 && Member(names2, "SANs") is { ValueKind: JsonValueKind.Array } further)
            names.AddRange(further.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!));
        return Member(entry, "Certificate") is { ValueKind: JsonValueKind.Object } nested
            ? new Entry(names, Text(nested, "Certificate") ?? "", Text(nested, "PrivateKey") ?? "")
            : new Entry(names, Text(entry, "Certificate") ?? "", Text(entry, "Key") ?? "");
    }

    private static string? Text(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement? Member(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var member in element.EnumerateObject())
        {
            if (string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        }
        return null;
    }

    private sealed record Entry(IReadOnlyList<string> Names, string Certificate, string Key);
}
