using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Kubernetes;
using WholeTale.Core.Tales;
using WholeTale.Core.Tests.Deployment;
using WholeTale.Simulator.Faults;
using WholeTale.Simulator.Hosting;

namespace WholeTale.Core.Tests.Tales;

/// <summary>Tales on a simulated cluster, over real TLS.</summary>
public sealed class TalePodsTests : IAsyncLifetime
{
    private Simulator.Hosting.SimulatedCluster simulated = null!;
    private ApiConnection connection = null!;

    public async ValueTask InitializeAsync()
    {
        simulated = await Simulator.Hosting.SimulatedCluster.StartAsync(new SimulatedClusterOptions { Name = "tales", Delays = false }, null, null, CancellationToken.None);
        connection = new ApiConnection
        {
            Name = "tales",
            Endpoint = simulated.Endpoint,
            CertificateAuthorities = [X509Certificate2.CreateFromPem(simulated.AuthorityPem)],
            Token = _ => ValueTask.FromResult<string?>(simulated.Token),
        };
        var api = ApiClient.For(connection);
        await api.CreateAsync(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = "wholetale" } }, CancellationToken.None);
        await api.CreateAsync(
            new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = new JsonObject { ["name"] = "platform", ["namespace"] = "wholetale" } }, CancellationToken.None);
    }

    public async ValueTask DisposeAsync() => await simulated.DisposeAsync();

    [Fact]
    public async Task The_five_samples_start_are_listed_and_go_again_without_a_trace()
    {
        await using var tales = Tales();
        var before = await CountAsync();

        var launched = await Task.WhenAll(TaleSamples.All.Select(request => tales.LaunchAsync(request, CancellationToken.None)));

        Assert.All(launched, tale => Assert.Equal("Running", tale.Status));
        Assert.All(launched, tale => Assert.NotEmpty(tale.Pod));
        Assert.All(launched, tale => Assert.DoesNotContain(tale.Token!.Reveal(), tale.Url!.AbsoluteUri, StringComparison.Ordinal));
        Assert.EndsWith($"?token={launched[0].Token!.Reveal()}", launched[0].TokenUrl!.Reveal(), StringComparison.Ordinal);
        Assert.Equal(TaleSamples.All.Select(request => request.Name).Order(StringComparer.Ordinal), (await tales.ListAsync(CancellationToken.None)).Select(tale => tale.Tale).Order(StringComparer.Ordinal));
        await Task.WhenAll(launched.Select(tale => tales.RemoveAsync(tale, keepVolume: false, CancellationToken.None)));
        Assert.Empty(await tales.ListAsync(CancellationToken.None));
        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task An_instance_that_runs_already_is_returned_and_not_started_again()
    {
        await using var tales = Tales();
        var first = await tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None);
        simulated.Requests.Clear();

        var second = await tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None);

        Assert.Equal((first.Name, first.Token, first.Pod, "Running"), (second.Name, second.Token, second.Pod, second.Status));
        // Its Deployment, its pod, its Secret: a list of a thousand that run already reads no other tale's.
        Assert.Equal(3, simulated.Requests.ToJson().Count(request => (string?)request!["verb"] == "GET"));
        Assert.Single(await tales.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_user_gets_no_more_tales_than_the_setting_allows_however_many_are_asked_for_at_once()
    {
        await using var tales = Tales();
        var requests = Enumerable.Range(0, 6).Select(_ => TaleSamples.All[0] with { InstanceId = "", User = "alice" });

        var outcomes = await Task.WhenAll(requests.Select(async request =>
        {
            try
            {
                await tales.LaunchAsync(request, CancellationToken.None);
                return "Running";
            }
            catch (TaleException exception)
            {
                return exception.ErrorId;
            }
        }));

        Assert.Equal(2, outcomes.Count(outcome => outcome == "Running"));
        Assert.Equal(4, outcomes.Count(outcome => outcome == "TaleQuotaReached"));
    }

    [Fact]
    public async Task An_image_that_cannot_be_pulled_is_told_at_once_and_leaves_nothing_behind()
    {
        simulated.Faults.Replace([new FaultRule { On = "image", Image = "*broken*", Action = "NotFound" }]);
        await using var tales = Tales(new Settings { Deploy = new DeploySettings { FailureGrace = TimeSpan.FromMilliseconds(50) } });
        var before = await CountAsync();

        var error = await Assert.ThrowsAsync<NotReadyException>(() => tales.LaunchAsync(TaleSamples.All[0] with { Image = "example.org/broken:1" }, CancellationToken.None));

        Assert.Contains("broken", error.Message, StringComparison.Ordinal);
        Assert.Equal("main", error.Diagnosis.Container);
        await EventuallyAsync(async () => await CountAsync() == before, "the failed tale's objects are gone");
    }

    [Fact]
    public async Task A_mount_that_fails_is_told_without_the_user_s_key_and_leaves_nothing_behind()
    {
        const string Key = "the-key-of-one-user";
        simulated.Faults.Replace([new FaultRule { On = "hook", Container = "mounter", ExitCode = 3, Message = $"fuse: device not found; GIRDER_API_KEY={Key}" }]);
        await using var tales = Tales(new Settings { Tales = new TaleSettings { Mounter = "Privileged" }, Deploy = new DeploySettings { FailureGrace = TimeSpan.Zero } });
        var before = await CountAsync();

        var error = await Assert.ThrowsAsync<NotReadyException>(() => tales.LaunchAsync(TaleSamples.All[0] with { ApiKey = new Secret(Key) }, CancellationToken.None));

        Assert.Equal(("mounter", "PostStartHookFailed"), (error.Diagnosis.Container, error.Diagnosis.Reason));
        Assert.Contains("(girderfs-mount)", error.Message, StringComparison.Ordinal);
        Assert.Contains($"fuse: device not found; GIRDER_API_KEY={Secret.Mask}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
        await EventuallyAsync(async () => await CountAsync() == before, "the failed tale's objects are gone");
    }

    [Theory]
    [InlineData(900, "Container main of pod ")]
    [InlineData(60, "The tale * was not ready after 00:01:00: Container main of pod ")]
    public async Task What_only_events_tell_is_told_when_its_grace_is_over_and_with_the_end_of_the_time(int seconds, string expected)
    {
        const string Said = "Readiness probe failed: connection refused";
        simulated.Faults.Replace([new FaultRule { On = "probe" }]);
        var time = new FakeTimeProvider();
        var settings = new Settings { Deploy = new DeploySettings { ComponentTimeout = TimeSpan.FromSeconds(seconds) } };
        var api = ApiClient.For(connection);
        await using var tales = new TalePods(TaleSamples.Cluster(settings, connection), ReportSink.None, api, time);
        var before = await CountAsync();

        var launch = tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None);
        await EventuallyAsync(async () => (await PodsAsync()).Any(item => item.Text("status", "phase") == "Running"), "its pod runs");
        var pod = Assert.Single(await PodsAsync());
        await api.CreateAsync(
            Given.Json($$"""
                {"apiVersion":"v1","kind":"Event","metadata":{"name":"trouble","namespace":"wholetale"},"type":"Warning","reason":"Unhealthy","message":"{{Said}}","count":99,"lastTimestamp":"2100-01-01T00:00:00Z",
                "involvedObject":{"kind":"Pod","namespace":"wholetale","name":"{{pod.Name()}}","uid":"{{pod.Uid()}}","fieldPath":"spec.containers{main}"} }
                """),
            CancellationToken.None);
        for (var step = 0; step < 60 && !launch.IsCompleted; step++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(launch, Task.Delay(30, CancellationToken.None));
        }

        var error = await Assert.ThrowsAsync<NotReadyException>(() => launch.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(("ProbeFailing", "main"), (error.Diagnosis.Reason, error.Diagnosis.Container));
        Assert.StartsWith(expected.Replace("*", pod.Label(TaleLabels.Tale), StringComparison.Ordinal), error.Diagnosis.Message, StringComparison.Ordinal);
        Assert.Contains(error.Diagnosis.Events, line => line.Contains(Said, StringComparison.Ordinal));
        await EventuallyAsync(async () => await CountAsync() == before, "the failed tale's objects are gone");

        async Task<IReadOnlyList<JsonObject>> PodsAsync() => (await api.ListAsync(ResourceTypes.Pod, "wholetale", null, CancellationToken.None)).Items;
    }

    [Fact]
    public async Task A_launch_that_is_cancelled_leaves_nothing_behind()
    {
        simulated.Faults.Replace([new FaultRule { On = "image", Action = "NotFound" }]);
        await using var tales = Tales(new Settings { Deploy = new DeploySettings { FailureGrace = TimeSpan.FromMinutes(1) } });
        using var interrupt = new CancellationTokenSource();
        var before = await CountAsync();
        var launch = tales.LaunchAsync(TaleSamples.All[0], interrupt.Token);
        await EventuallyAsync(async () => await CountAsync() >= before + 5, "the tale's objects are there");

        await interrupt.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => launch);
        await EventuallyAsync(async () => await CountAsync() == before, "the cancelled tale's objects are gone");
    }

    [Fact]
    public async Task A_kept_volume_is_taken_up_again()
    {
        await using var tales = Tales();
        var first = await tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None);

        await tales.RemoveAsync(first, keepVolume: true, CancellationToken.None);
        var second = await tales.LaunchAsync(TaleSamples.All[0] with { Workspace = first.Name }, CancellationToken.None);

        var claims = await ApiClient.For(connection).ListAsync(ResourceTypes.PersistentVolumeClaim, "wholetale", null, CancellationToken.None);
        Assert.Equal(first.Name, (string?)Assert.Single(claims.Items)["metadata"]!["name"]);
        Assert.NotEqual(first.Name, second.Name);
        Assert.Equal("Running", second.Status);
    }

    [Fact]
    public async Task Another_image_rolls_the_tale_and_keeps_its_token_and_volume()
    {
        await using var tales = Tales();
        var tale = await tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None);

        var updated = await tales.UpdateAsync(tale, new TaleChange { Image = "example.org/newer:2", Memory = "3g" }, CancellationToken.None);

        Assert.Equal("example.org/newer:2", updated.Image);
        Assert.NotEqual(tale.Pod, updated.Pod);
        Assert.Equal(tale.Token, updated.Token);
        Assert.Equal("Running", updated.Status);
        Assert.Equal(tale.Name, Assert.Single(await tales.ListAsync(CancellationToken.None)).Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_log_of_a_tale_that_does_not_come_up_again_shows_no_token(bool mayReadSecrets)
    {
        await using var tales = Tales(new Settings { Deploy = new DeploySettings { FailureGrace = TimeSpan.FromMilliseconds(50) } });
        var token = (await tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None)).Token!.Reveal();
        var listed = Assert.Single(await tales.ListAsync(CancellationToken.None));
        simulated.Faults.Replace(
        [
            new FaultRule { On = "container", Container = "main", Message = $"The notebook is at http://localhost:8888/?token={token}" },
            .. mayReadSecrets ? Array.Empty<FaultRule>() : [new FaultRule { Verb = "get", Resource = "secrets", Status = 403 }],
        ]);

        var error = await Assert.ThrowsAsync<NotReadyException>(() => tales.UpdateAsync(listed, new TaleChange { Memory = "1g" }, CancellationToken.None));

        Assert.Equal(("main", "CrashLoop"), (error.Diagnosis.Container, error.Diagnosis.Reason));
        Assert.DoesNotContain(token, error.ToString(), StringComparison.Ordinal);
        // Where the token is not known it cannot be masked, and no log is shown.
        Assert.Equal(mayReadSecrets, error.ToString().Contains($"token={Secret.Mask}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Launches_send_five_requests_each_and_share_two_watches()
    {
        await using var tales = Tales(new Settings { Girder = new GirderSettings { InstancesPerUser = 0 } });
        simulated.Requests.Clear();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => tales.LaunchAsync(TaleSamples.All[0] with { InstanceId = "" }, CancellationToken.None)));

        var requests = simulated.Requests.ToJson();
        Assert.Equal(100, requests.Count(request => (string?)request!["verb"] == "PATCH"));
        // Two lists that the watches begin with (the watches themselves are recorded when they end), and once for all tales a look for the door: the platform's Ingress, its Gateway, the cluster's classes.
        Assert.Equal(5, requests.Count(request => (string?)request!["verb"] == "GET"));
    }

    [Fact]
    public async Task What_gwvolman_started_is_listed_and_removed_with_its_service_and_ingress()
    {
        var api = ApiClient.For(connection);
        await GwvolmanTale.CreateAsync(api, "5d0a1b2c3d4e5f600001a001", CancellationToken.None);
        await using var tales = Tales();

        var tale = Assert.Single(await tales.ListAsync(CancellationToken.None));
        await tales.RemoveAsync(tale, keepVolume: false, CancellationToken.None);

        Assert.Equal(("gwvolman", "5d0a1b2c3d4e5f600001a001", "tale-tmp5d0a1b2c3d4e"), (tale.Origin, tale.InstanceId, tale.Name));
        Assert.Empty(await tales.ListAsync(CancellationToken.None));
        Assert.Empty((await api.ListAsync(ResourceTypes.Service, "wholetale", "app=WholeTale", CancellationToken.None)).Items);
        Assert.Empty((await api.ListAsync(ResourceTypes.Ingress, "wholetale", "app=WholeTale", CancellationToken.None)).Items);
    }

    // 1,000 launches: WT_FAULTY_LAUNCHES=1000.
    [Fact]
    public async Task With_faults_in_a_fifth_of_requests_each_launch_runs_or_is_told_and_leaves_nothing()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("WT_FAULTY_LAUNCHES"), out var wanted) ? wanted : 60;
        await using var tales = Tales(new Settings
        {
            Girder = new GirderSettings { InstancesPerUser = 0 },
            Tales = new TaleSettings { DefaultMemory = "16Mi" },
            Deploy = new DeploySettings { FailureGrace = TimeSpan.FromSeconds(5) },
        });
        var before = await CountAsync();
        simulated.Faults.Replace(
        [
            // A fifth of all requests, in every way a network and a server have; and watches that break off.
            new FaultRule { On = "api", Action = "reset", Probability = 0.05, Seed = 3 },
            new FaultRule { On = "api", Action = "break", Probability = 0.05, Seed = 5 },
            new FaultRule { On = "api", Action = "throttle", RetryAfter = 1, Probability = 0.02, Seed = 13 },
            new FaultRule { On = "api", Status = 503, Probability = 0.04, Seed = 7 },
            new FaultRule { On = "api", Status = 500, Probability = 0.05, Seed = 11 },
            new FaultRule { On = "watch", Action = "drop", Probability = 0.2, Seed = 17 },
        ]);

        using var room = new SemaphoreSlim(32);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            await room.WaitAsync();
            try
            {
                return (Tale: (TalePod?)await tales.LaunchAsync(TaleSamples.All[0] with { InstanceId = "", Memory = "16m" }, CancellationToken.None), Error: (WholeTaleException?)null);
            }
            catch (WholeTaleException exception)
            {
                return (null, exception);
            }
            finally
            {
                room.Release();
            }
        }));

        simulated.Faults.Replace([]);
        var running = outcomes.Where(outcome => outcome.Tale is not null).Select(outcome => outcome.Tale!.Name).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(running);
        Assert.All(outcomes.Where(outcome => outcome.Error is not null), outcome => Assert.NotEmpty(outcome.Error!.Message));
        await EventuallyAsync(
            async () => (await tales.ListAsync(CancellationToken.None)).Select(tale => tale.Name).Order(StringComparer.Ordinal).SequenceEqual(running, StringComparer.Ordinal), "only the running tales are left");
        // Seven objects each: Deployment, ReplicaSet, pod, Secret, Service, Ingress, claim.
        await EventuallyAsync(async () => await CountAsync() == before + (7 * running.Count), "nothing is left of those that failed");
    }

    [Fact]
    public async Task A_watch_tells_what_is_there_then_each_change_and_a_last_time_what_is_gone()
    {
        await using var tales = Tales();
        var first = await tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var told = new List<(string Tale, string Status)>();

        await foreach (var tale in tales.WatchAsync(patience.Token))
        {
            told.Add((tale.Tale, tale.Status));
            if (told.Count == 1)
                _ = tales.LaunchAsync(TaleSamples.All[1], patience.Token);
            if (tale.Tale == TaleSamples.All[1].Name && tale.Status == "Running")
                _ = tales.RemoveAsync(first, keepVolume: false, patience.Token);
            if (tale.Status == "Removed")
                break;
        }

        Assert.Equal((first.Tale, "Running"), told[0]);
        Assert.Contains((TaleSamples.All[1].Name, "Pending"), told);
        Assert.Equal((first.Tale, "Removed"), told[^1]);
    }

    [Fact]
    public async Task The_same_instance_twice_in_a_list_is_started_once()
    {
        await using var tales = Tales();

        var both = await Task.WhenAll(tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None), tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None));

        Assert.Equal(both[0].Name, both[1].Name);
        Assert.Single(await tales.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_service_that_the_server_refuses_takes_the_whole_launch_back()
    {
        simulated.Faults.Replace([new FaultRule { On = "api", Verb = "patch", Resource = "services", Status = 403, Reason = "Forbidden", Message = "no services here" }]);
        await using var tales = Tales();
        var before = await CountAsync();

        var error = await Assert.ThrowsAsync<ApiException>(() => tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None));

        Assert.Contains("no services here", error.Message, StringComparison.Ordinal);
        await EventuallyAsync(async () => await CountAsync() == before, "the refused tale's objects are gone");
    }

    [Fact]
    public async Task A_tale_whose_Deployment_is_gone_already_is_removed_without_complaint()
    {
        await using var tales = Tales();
        var before = await CountAsync();
        var tale = await tales.LaunchAsync(TaleSamples.All[0], CancellationToken.None);
        await ApiClient.For(connection).DeleteAsync(new ObjectReference(ResourceTypes.Deployment, "wholetale", tale.Name), Propagation.Background, null, CancellationToken.None);

        await tales.RemoveAsync(tale, keepVolume: false, CancellationToken.None);

        await EventuallyAsync(async () => await CountAsync() == before, "nothing of the tale is left, its claim neither");
    }

    [Fact]
    public async Task Odd_texts_are_unchanged_in_the_spec_of_the_pod_that_runs()
    {
        await using var tales = Tales();
        var odd = "--\u0001\u001F\u007F\u0085\u2028\uFEFF\uE000 a=b '\"\\ $(HOME) $$ {{x}} \n\r\t🚀日本語 " + new string('x', 300);
        var request = TaleSamples.All[0] with { Name = odd, User = odd, Environment = [$"ODD={odd}"], Command = $"run '{odd.Replace("'", "'\\''", StringComparison.Ordinal)}' --last" };

        var tale = await tales.LaunchAsync(request, CancellationToken.None);

        Assert.Equal(("Running", odd, odd), (tale.Status, tale.Tale, tale.User));
        var pods = await ApiClient.For(connection).ListAsync(ResourceTypes.Pod, "wholetale", $"{TaleLabels.Tale}={tale.Name}", CancellationToken.None);
        var main = Assert.Single(pods.Items)["spec"]!["containers"]![0]!;
        Assert.Equal(["run", odd, "--last"], main["command"]!.AsArray().Select(word => Kubelet.Expand((string)word!)));
        Assert.Equal(odd, Kubelet.Expand((string)main["env"]!.AsArray().Single(variable => (string?)variable!["name"] == "ODD")!["value"]!));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xD83D)]
    public async Task What_cannot_arrive_is_refused_before_anything_is_asked_of_the_server(int letter)
    {
        await using var tales = Tales();
        simulated.Requests.Clear();

        var error = await Assert.ThrowsAsync<TaleException>(() => tales.LaunchAsync(TaleSamples.All[0] with { Environment = [$"ODD=A{(char)letter}"] }, CancellationToken.None));

        Assert.Contains("its Environment (value of ODD) holds at character 2", error.Message, StringComparison.Ordinal);
        Assert.Empty(simulated.Requests.ToJson());
    }

    private TalePods Tales(Settings? settings = null) => new(TaleSamples.Cluster(settings, connection), ReportSink.None);

    private async Task<int> CountAsync()
    {
        var api = ApiClient.For(connection);
        var total = 0;
        foreach (var type in (ResourceType[])[ResourceTypes.Deployment, ResourceTypes.ReplicaSet, ResourceTypes.Pod, ResourceTypes.Secret, ResourceTypes.Service, ResourceTypes.Ingress, ResourceTypes.PersistentVolumeClaim])
            total += (await api.ListAsync(type, "wholetale", null, CancellationToken.None)).Items.Count;
        return total;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        for (var i = 0; i < 300; i++)
        {
            if (await holds())
                return;
            await Task.Delay(50);
        }
        Assert.Fail($"After 15 s it still does not hold that {what}.");
    }
}
