using System.Globalization;
using WholeTale.Tests;

namespace WholeTale.PowerShell.Tests.Help;

/// <summary>The examples of the help do what they say: each is run, on clusters that are as it expects them.</summary>
public sealed class ExampleTests(ExampleTests.Ground ground) : IClassFixture<ExampleTests.Ground>
{
    public static TheoryData<string, int> Examples
    {
        get
        {
            using var engine = Engine.WithModule();
            var examples = new TheoryData<string, int>();
            foreach (var row in engine.Run("foreach ($command in Get-Command -Module WholeTale) { foreach ($number in 1..@((Get-Help $command.Name).Examples.Example).Count) { \"$command $number\" } }"))
                examples.Add(row.ToString().Split(' ')[0], int.Parse(row.ToString().Split(' ')[1], CultureInfo.InvariantCulture));
            return examples;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_runs(string cmdlet, int number)
    {
        ground.Prepare();

        ground.Engine.Run($$"""
            $code = @((Get-Help {{cmdlet}}).Examples.Example)[{{number - 1}}].Code
            $null = & ([scriptblock]::Create($code))
            """);
    }

    /// <summary>A session in whose folder stand the files that examples speak of, with the clusters wholetale and wholetale-dev.</summary>
    public sealed class Ground : IAsyncLifetime
    {
        private SimulatorProcess google = null!;

        public Engine Engine { get; } = Engine.WithModule();

        public async ValueTask InitializeAsync()
        {
            google = await SimulatorProcess.StartAsync("--gke");
            var gke = google.State["gke"]!;
            Engine.Write("google.pem", (string)gke["certificateAuthority"]!);
            Engine.Write("settings.psd1", $$"""
                @{
                    StateFolder = '{{Engine.Folder}}/state'
                    Simulator = @{ Delays = 'None' }
                    Gke = @{ ProjectId = '{{gke["project"]}}'; ApiEndpoint = '{{gke["endpoint"]}}'; CertificateAuthorityFile = 'google.pem'; CredentialsFile = '{{gke["serviceAccountKeyFile"]}}' }
                }
                """);
            Directory.CreateDirectory(Path.Combine(Engine.Folder, "certs"));
            File.Copy(Path.Combine(Engine.Repository, "tests", "data", "acme-v2.json"), Path.Combine(Engine.Folder, "certs", "acme.json"));
            Engine.Write("tales.psd1", "@{ Tales = @(@{ Image = 'a/b'; Name = 'From a list' }) }");
            Directory.CreateDirectory(Path.Combine(Engine.Folder, "more"));
            Engine.Write(Path.Combine("more", "tales.json"), """[{"image":"a/b","name":"From another"}]""");
            // Nobody is there to be asked, and Import-Csv comes from a module that is not.
            Engine.Run("""
                $global:ConfirmPreference = 'None'
                function global:Import-Csv { [pscustomobject]@{ Name = 'A line'; User = 'ada'; Image = 'a/b' } }
                """);
        }

        internal void Prepare() => Engine.Run("""
            foreach ($name in 'wholetale', 'wholetale-dev') {
                $cluster = New-WTCluster $name
                $null = $cluster | Deploy-WholeTale -SkipGirderSetup
                if (@($cluster | Get-WTRevision).Count -lt 3) {
                    $null = $cluster | Deploy-WholeTale -SkipGirderSetup -Setting @{ 'Dashboard.Replicas' = 2 }
                    $null = $cluster | Deploy-WholeTale -SkipGirderSetup
                }
                if (-not (Get-WTTalePod $cluster -User ada)) {
                    $null = New-WTTalePod $cluster -Image a/b -User ada
                }
            }
            $null = New-WTCluster wholetale -Provider Gke
            """);

        public async ValueTask DisposeAsync()
        {
            Engine.Run("Get-WTCluster -Provider Simulator | Remove-WTCluster -Confirm:$false");
            Engine.Dispose();
            await google.DisposeAsync();
        }
    }
}
