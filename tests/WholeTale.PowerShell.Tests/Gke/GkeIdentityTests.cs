using WholeTale.PowerShell.Tests.Shell;
using WholeTale.Tests;

namespace WholeTale.PowerShell.Tests.Gke;

/// <summary>Each sort of credentials makes a cluster, end to end: a process with the module, Google's own library, and a simulated Google that gives the tokens.</summary>
public sealed class GkeIdentityTests : IAsyncLifetime
{
    private const string Impersonation = "iamcredentials.googleapis.com";
    private const string Login = "oauth2.googleapis.com";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("wholetale-test-");
    private SimulatorProcess simulator = null!;
    private GoogleTunnel tunnel = null!;

    public async ValueTask InitializeAsync()
    {
        // .NET takes its authorities from SSL_CERT_FILE on Linux alone.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux a process can be told by its environment whom to trust.");
        simulator = await SimulatorProcess.StartAsync("--gke");
        tunnel = new GoogleTunnel(new Uri((string)simulator.State["gke"]!["endpoint"]!).Port, Impersonation, Login);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "google.pem"), (string)simulator.State["gke"]!["certificateAuthority"]!);
    }

    public async ValueTask DisposeAsync()
    {
        if (simulator is not null)
        {
            await tunnel.DisposeAsync();
            await simulator.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("serviceAccountKeyFile", "", new string[0])]
    [InlineData("serviceAccountKeyFile", "impersonatedAccount", new[] { Impersonation })]
    [InlineData("authorizedUserFile", "", new[] { Login })]
    [InlineData("authorizedUserFile", "impersonatedAccount", new[] { Impersonation, Login })]
    [InlineData("impersonatedAccountFile", "", new string[0])]
    [InlineData("externalAccountFile", "", new string[0])]
    public async Task A_cluster_is_made_with_credentials_of_each_sort(string file, string account, string[] asked)
    {
        var run = await MakeAsync(Google(file), account.Length > 0 ? Google(account) : "");

        Assert.Equal((0, "Running", ""), (run.ExitCode, run.Output.Trim(), run.Error));
        Assert.Equal(asked, tunnel.Hosts.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("deployer", "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist)", "roles/iam.serviceAccountTokenCreator")]
    [InlineData("none", "Not found; Gaia id not found for email none@simulated-project.iam.gserviceaccount.com", "Correct the name of the account to act as")]
    public async Task An_account_that_we_may_not_act_as_is_told_with_Googles_words_and_what_to_do(string name, string said, string advice)
    {
        var account = $"{name}@simulated-project.iam.gserviceaccount.com";

        var run = await MakeAsync(Google("serviceAccountKeyFile"), account);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains($"Google gave no access token for the setting Gke.CredentialsFile, acting as {account} ({said}). ", run.Error, StringComparison.Ordinal);
        Assert.Contains(advice, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ErrorInfo", run.Error, StringComparison.Ordinal);
    }

    private string Google(string member) => (string)simulator.State["gke"]![member]!;

    private async Task<ShellRun> MakeAsync(string credentials, string account)
    {
        var script = Path.Combine(folder.FullName, "make.ps1");
        await File.WriteAllTextAsync(script, $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{Engine.Repository}}/module/WholeTale.psd1'
            $settings = @{
                'Provider' = 'Gke'; 'Gke.ProjectId' = 'simulated-project'; 'Gke.Location' = 'us-central1-a'; 'Gke.ApiEndpoint' = '{{Google("endpoint")}}'
                'Gke.CertificateAuthorityFile' = '{{folder.FullName}}/google.pem'; 'Gke.CredentialsFile' = '{{credentials}}'; 'Gke.ImpersonateServiceAccount' = '{{account}}'
                'StateFolder' = '{{folder.FullName}}/state'
            }
            (New-WTCluster papers -Setting $settings -ProgressAction SilentlyContinue).Status
            """);
        return await ShellRun.RunWithEnvironmentAsync(
            new Dictionary<string, string>
            {
                ["HTTPS_PROXY"] = tunnel.Address,
                ["NO_PROXY"] = "127.0.0.1,localhost",
                ["SSL_CERT_FILE"] = Path.Combine(folder.FullName, "google.pem"),
            },
            script);
    }
}
