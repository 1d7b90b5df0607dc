using System.Management.Automation;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace WholeTale.PowerShell.Tests.Cmdlets;

/// <summary>Runs everything that handles secrets, as talkative as it can be, and looks for every secret in all that came out.</summary>
public sealed class SecrecyTests(ITestOutputHelper output)
{
    // Characters that change in addresses, and that base64 spells otherwise.
    private const string AdminPassword = "p&ss w+rd/=%Ünï-admin";
    private const string GlobusId = "f00dfeed-0000-4000-8000-globusclient";
    private const string GlobusSecret = "gl0bus+secret/that=is&long";

    // One after the other: what a person at a prompt would do, and what goes wrong.
    private const string Run = """
        $VerbosePreference = 'Continue'; $DebugPreference = 'Continue'; $InformationPreference = 'Continue'
        $settings = @{ 'Secrets.AdminPassword' = $admin; 'Secrets.GlobusClientId' = $id; 'Secrets.GlobusClientSecret' = $secret }
        $files = @{}
        foreach ($name in 'ReportPath', 'LogPath') {
            if ((Get-Command Deploy-WholeTale).Parameters.ContainsKey($name)) { $files[$name] = "$PWD/$name.txt" }
        }
        $deployment = $cluster | Deploy-WholeTale -Setting $settings @files -Verbose
        function Show { process { "$_"; foreach ($property in $_.psobject.Properties) { "$($property.Name) = $($property.Value)"; foreach ($part in $property.Value) { foreach ($inner in $part.psobject.Properties) { "    $($inner.Name) = $($inner.Value)" } } } } }
        $deployment | Show
        $deployment.Girder | Show
        $deployment.Girder.Steps | Show
        $cluster | Show
        $cluster | Get-WholeTale | Show
        $cluster | Test-WholeTale -Verbose | Show
        $cluster | Test-WholeTale -OutputFormat JUnit -Verbose
        $cluster | Deploy-WholeTale -Setting $settings -WhatIf -Verbose
        $cluster | Deploy-WholeTale -Setting @{ 'Secrets.AdminPassword' = "$admin-2"; 'Domain' = 'other.example.org' } -Verbose | Show
        $cluster | Compare-WholeTale -Verbose | Show
        $cluster | Get-WTRevision | Show
        $cluster | Initialize-WTGirder -Verbose | Show
        Get-WTSetting -Setting $settings | Show
        Test-WTSetting -Setting ($settings + @{ 'Secrets.Nonsense' = $secret }) | Show
        Export-WTManifest "$PWD/manifests" -Setting $settings -Verbose | Show
        $cluster | Get-WTLog -Component girder, registry, worker -Verbose
        $cluster | New-WTTalePod -Image 'jupyter/base-notebook' -Name 'Secret keeper' -Verbose | Show
        New-WTCertificate -DnsName 'a.example.org' -Verbose | Show
        $cluster | Undo-WholeTale -Confirm:$false -Verbose | Show
        @($Error) | Show
        """;

    [Fact]
    public async Task No_secret_is_in_any_stream_log_report_manifest_or_process_argument()
    {
        using var cluster = new SimulatedCluster();
        using var shell = cluster.Engine.Create(Run);

        // As variables: a literal would stand in the script, which errors quote.
        foreach (var (name, value) in new[] { ("admin", AdminPassword), ("id", GlobusId), ("secret", GlobusSecret) })
            shell.Runspace.SessionStateProxy.SetVariable(name, value);

        var objects = shell.Invoke();

        var texts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["output"] = string.Join('\n', objects.Select(item => item?.ToString())),
            ["error"] = string.Join('\n', shell.Streams.Error.Select(Describe)),
            ["warning"] = string.Join('\n', shell.Streams.Warning),
            ["verbose"] = string.Join('\n', shell.Streams.Verbose),
            ["debug"] = string.Join('\n', shell.Streams.Debug),
            ["information"] = string.Join('\n', shell.Streams.Information),
            ["progress"] = string.Join('\n', shell.Streams.Progress),
            ["arguments"] = Arguments(cluster.Engine.Folder),
        };
        var state = Directory.EnumerateFiles(cluster.Engine.Folder, "simulator.json", SearchOption.AllDirectories).Single();
        foreach (var file in Directory.EnumerateFiles(cluster.Engine.Folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is not ("simulator.json" or "kubeconfig" or "lock")))
            texts[Path.GetRelativePath(cluster.Engine.Folder, file)] = await ReadAsync(file);
        foreach (var (name, text) in texts)
            output.WriteLine($"{name}: {text.Length} characters");
        foreach (var error in shell.Streams.Error)
            output.WriteLine($"{error.FullyQualifiedErrorId}: {error}");

        // It has looked where something is, or it would prove nothing.
        Assert.True(texts["verbose"].Length > 5000 && texts["output"].Length > 20000, "The run said too little.");
        Assert.Contains("dotnet", texts["arguments"], StringComparison.Ordinal);
        Assert.Contains(texts.Keys, name => name.StartsWith("manifests", StringComparison.Ordinal));
        var secrets = await SecretsAsync(state);
        Assert.InRange(secrets.Count, 12, 200);
        Assert.All(
            texts.SelectMany(text => secrets.SelectMany(secret => Forms(secret.Value).Select(form => (Where: text.Key, text.Value, Secret: secret.Key, Form: form)))),
            pair => Assert.False(pair.Value.Contains(pair.Form, StringComparison.Ordinal), $"{pair.Secret} stands in {pair.Where}."));
    }

    // The simulator still writes to its log.
    private static async Task<string> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    private static string Describe(ErrorRecord error) => $"{error}\n{error.ErrorDetails}\n{error.Exception}\n{error.InvocationInfo?.MyCommand}";

    /// <summary>Everything that the cluster keeps secret, and what was given.</summary>
    private static async Task<Dictionary<string, string>> SecretsAsync(string stateFile)
    {
        var state = JsonNode.Parse(await File.ReadAllTextAsync(stateFile))!;
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(X509Certificate2.CreateFromPem((string)state["certificateAuthority"]!));
        using var http = new HttpClient(handler) { BaseAddress = new Uri((string)state["endpoint"]!) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)state["token"]!);
        var found = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["the API server's token"] = (string)state["token"]!,
            ["the first administrator's password"] = AdminPassword,
            ["Globus' client id"] = GlobusId,
            ["Globus' client secret"] = GlobusSecret,
        };
        foreach (var secret in JsonNode.Parse(await http.GetStringAsync("/api/v1/namespaces/wholetale/secrets"))!["items"]!.AsArray())
        {
            foreach (var (key, data) in secret!["data"]?.AsObject() ?? [])
            {
                var value = Encoding.UTF8.GetString(Convert.FromBase64String((string)data!)).Trim();
                var name = $"{(string)secret["metadata"]!["name"]!}/{key}";

                // Certificates are shown to everybody; logins are told; revisions hold the rest, compressed.
                if (key is "tls.crt" or "ca.crt" or "login" or "username" || name.Contains("revision", StringComparison.Ordinal) || value.Length < 6)
                    continue;
                if (!value.Contains("PRIVATE KEY", StringComparison.Ordinal))
                    found[name] = value;
                foreach (var line in value.Split('\n').Where(line => line.Length >= 40 && !line.Contains(' ', StringComparison.Ordinal)))
                    found[$"{name}, a line"] = line;
                if (key == ".dockerconfigjson")
                {
                    foreach (var (host, entry) in JsonNode.Parse(value)!["auths"]!.AsObject())
                        found[$"{name}, {host}"] = (string)entry!["auth"]!;
                }
            }
        }

        return found;
    }

    /// <summary>As it is, in base64 wherever it may begin in a group of three, and as addresses and forms write it.</summary>
    private static IEnumerable<string> Forms(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        yield return secret;
        yield return JsonValue.Create(secret)!.ToJsonString().Trim('"');
        yield return Uri.EscapeDataString(secret);
        yield return WebUtility.UrlEncode(secret);
        for (var shift = 0; shift < 3; shift++)
        {
            // The first and last groups depend on what stands around it.
            var text = Convert.ToBase64String([.. new byte[shift], .. bytes]);
            var skip = shift == 0 ? 0 : 4;
            var length = text.Length - skip - 4;
            if (length >= 8)
                yield return text.Substring(skip, length);
        }
    }

    private static string Arguments(string folder)
    {
        if (!Directory.Exists("/proc"))
            return "dotnet (this system does not show arguments)";
        var lines = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                var line = File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
                if (line.Contains(folder, StringComparison.Ordinal))
                    lines.Add(line);
            }
            catch (IOException)
            {
                // It has just ended.
            }
            catch (UnauthorizedAccessException)
            {
                // Somebody else's.
            }
        }

        return string.Join('\n', lines);
    }
}
