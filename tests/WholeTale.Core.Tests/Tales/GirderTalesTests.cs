using System.Net;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Tales;
using WholeTale.Core.Tests.Girder;
using WholeTale.Simulator.Girder;

namespace WholeTale.Core.Tests.Tales;

/// <summary>What is looked up in a simulated Girder, through the service proxy.</summary>
public sealed class GirderTalesTests
{
    private const string Instance = "5d0a1b2c3d4e5f600001a001";

    [Fact]
    public async Task An_instance_alone_is_enough_to_know_what_is_to_run()
    {
        using var cluster = await WithTaleAsync();
        using var girder = Girder(cluster);

        var request = await girder.FindAsync(Instance, CancellationToken.None);

        Assert.Equal((Instance, "5c92fbd472a9910001fbff71", "A tale", "alice"), (request.InstanceId, request.TaleId, request.Name, request.User));
        Assert.Equal("registry.local/tale@sha256:01", request.Image);
        Assert.Equal(TimeSpan.FromMinutes(90), request.IdleTimeout);
        Assert.Null(request.ApiKey);
    }

    [Fact]
    public async Task The_tale_s_own_configuration_wins_over_its_image_s_member_by_member()
    {
        using var cluster = await WithTaleAsync();
        using var girder = Girder(cluster);

        var request = await girder.FindAsync(Instance, CancellationToken.None);

        // memLimit is the tale's, port and target the image's.
        Assert.Equal(("4g", 8787, "/WholeTale"), (request.Memory, request.Port, request.MountPoint));
        // gwvolman 2025 leaves these of an image out.
        Assert.Equal(["EDITOR=vi", "CSP_HOSTS=a=b"], request.Environment);
        Assert.Equal(512, request.CpuShares);
    }

    [Fact]
    public async Task What_is_given_beside_the_instance_wins_also_where_it_is_what_would_be_taken_by_default()
    {
        using var cluster = await WithTaleAsync();
        using var girder = Girder(cluster);
        var given = new TaleRequest { Image = "", InstanceId = Instance, Port = TaleRequest.DefaultPort, MountPoint = TaleRequest.DefaultMountPoint };

        var request = given.Over(await girder.FindAsync(Instance, CancellationToken.None));

        Assert.Equal((TaleRequest.DefaultPort, TaleRequest.DefaultMountPoint, "4g"), (request.Port, request.MountPoint, request.Memory));
    }

    [Fact]
    public async Task With_a_mounter_the_user_s_own_key_and_a_data_session_are_looked_up()
    {
        using var cluster = await WithTaleAsync();
        using var girder = Girder(cluster, mounter: "DevicePlugin");

        var request = await girder.FindAsync(Instance, CancellationToken.None);

        Assert.Equal("alice-own-key", request.ApiKey!.Reveal());
        Assert.Matches("^[0-9a-f]{24}$", request.SessionId);
    }

    [Fact]
    public async Task A_user_without_a_key_is_told_where_one_is_needed_and_a_given_one_is_taken()
    {
        using var cluster = await WithTaleAsync();
        cluster.Database.ApiKeys.RemoveAll(key => (string?)key["_id"] == "k1");
        var request = new TaleRequest { Image = "", InstanceId = Instance };
        var settings = new Settings { Tales = new TaleSettings { Mounter = "DevicePlugin" } };
        await using var tales = new TalePods(TaleSamples.Cluster(settings), ReportSink.None, cluster.Api, TimeProvider.System);

        var error = await Assert.ThrowsAsync<TaleException>(() => tales.LookUpAsync(request, CancellationToken.None));
        var given = await tales.LookUpAsync(request with { ApiKey = new Secret("alice-given-key") }, CancellationToken.None);

        Assert.Equal("TaleKeyMissing", error.ErrorId);
        Assert.Contains("alice has none", error.Message, StringComparison.Ordinal);
        Assert.Equal("alice-given-key", given.ApiKey!.Reveal());
    }

    public static TheoryData<int, string> LookUps()
    {
        var data = new TheoryData<int, string>();
        foreach (var generation in (int[])[2, 5])
        {
            foreach (var path in (string[])["user/authentication", "instance/", "tale/", "user/aaaa", "image/", "dm/session", "api_key"])
                data.Add(generation, path);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(LookUps))]
    public async Task Each_look_up_that_is_refused_is_an_error_that_names_the_instance(int generation, string path)
    {
        using var cluster = await WithTaleAsync((GirderGeneration)generation);
        var faults = new[]
        {
            (HttpStatusCode.Unauthorized, """{"type":"access","message":"You must be logged in."}"""), (HttpStatusCode.Forbidden, """{"type":"access","message":"Read access denied."}"""),
            (HttpStatusCode.InternalServerError, """{"type":"internal","message":"broken"}"""), (HttpStatusCode.OK, "<html><body>A proxy's own page</body></html>"), (HttpStatusCode.OK, "null"),
        };
        foreach (var (status, body) in faults)
        {
            var replaced = 0;
            cluster.Before = (_, request, _) =>
            {
                var isMeant = request.RequestUri!.PathAndQuery.Contains($"/api/v1/{path}", StringComparison.Ordinal);
                replaced += isMeant ? 1 : 0;
                return Task.FromResult(isMeant ? GirderCluster.Answer(status, body) : null);
            };
            using var girder = Girder(cluster, mounter: "DevicePlugin");

            var error = await Assert.ThrowsAsync<TaleException>(() => girder.FindAsync(Instance, CancellationToken.None));

            Assert.True(replaced > 0);
            Assert.Equal(Instance, error.Target);
            Assert.DoesNotContain("<html", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(GirderCluster.Password, error.ToString(), StringComparison.Ordinal);
        }

        cluster.Before = null;
        using var again = Girder(cluster, mounter: "DevicePlugin");
        Assert.Equal("alice", (await again.FindAsync(Instance, CancellationToken.None)).User);
    }

    [Fact]
    public async Task A_tale_whose_image_is_not_built_is_told_and_not_started_with_a_null_image()
    {
        using var cluster = await WithTaleAsync();
        cluster.Database.Tales.Single().Remove("imageInfo");
        using var girder = Girder(cluster);

        var error = await Assert.ThrowsAsync<TaleException>(() => girder.FindAsync(Instance, CancellationToken.None));

        Assert.Equal("TaleImageMissing", error.ErrorId);
        Assert.Contains("A tale", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_instance_that_Girder_does_not_have_is_told_as_such()
    {
        using var cluster = await WithTaleAsync();
        using var girder = Girder(cluster);

        var error = await Assert.ThrowsAsync<TaleException>(() => girder.FindAsync("5d0a1b2c3d4e5f600001affe", CancellationToken.None));

        Assert.Equal("TaleNotInGirder", error.ErrorId);
        Assert.Contains("5d0a1b2c3d4e5f600001affe", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_use_is_the_instance_s_last_activity()
    {
        using var cluster = await WithTaleAsync();
        using var girder = Girder(cluster);

        var activity = await girder.ActivityAsync(CancellationToken.None);

        Assert.Equal(new DateTimeOffset(2026, 11, 23, 9, 30, 0, TimeSpan.Zero), activity![Instance]);
    }

    [Fact]
    public async Task A_Girder_that_does_not_answer_tells_no_last_use_rather_than_none()
    {
        using var cluster = await WithTaleAsync();
        cluster.Before = (_, request, _) => Task.FromResult(
            request.RequestUri!.Query.Contains("limit=0", StringComparison.Ordinal) ? GirderCluster.Answer(HttpStatusCode.InternalServerError, """{"type":"internal","message":"broken"}""") : null);
        using var girder = Girder(cluster);

        var error = await Assert.ThrowsAsync<TaleException>(() => girder.ActivityAsync(CancellationToken.None));

        Assert.Equal("GirderUnanswered", error.ErrorId);
    }

    private static GirderTales Girder(GirderCluster cluster, string mounter = "None") =>
        new(cluster.Api, "test", "wholetale", new TaleSettings { Mounter = mounter }, TimeProvider.System);

    private static async Task<GirderCluster> WithTaleAsync(GirderGeneration generation = GirderGeneration.Five)
    {
        var cluster = new GirderCluster(generation);
        await cluster.SetUpAsync();
        var image = cluster.Database.Images[0];
        image["config"] = JsonNode.Parse("""{"command":"/start.sh","port":8787,"memLimit":"2g","targetMount":"/WholeTale","user":"rstudio","cpuShares":512,"environment":["EDITOR=vi","CSP_HOSTS=a=b"]}""");
        image["idleTimeout"] = 90;
        cluster.Database.Users.Add(Document("""{"_id":"aaaaaaaaaaaaaaaaaaaaaaaa","login":"alice","admin":false}"""));
        cluster.Database.ApiKeys.Add(Document("""{"_id":"k1","userId":"aaaaaaaaaaaaaaaaaaaaaaaa","name":"tmpnb","active":true,"key":"alice-own-key"}"""));
        cluster.Database.ApiKeys.Add(Document("""{"_id":"k2","userId":"bbbbbbbbbbbbbbbbbbbbbbbb","name":"tmpnb","active":true,"key":"bob-s-key"}"""));
        var tale = Document("""{"_id":"5c92fbd472a9910001fbff71","title":"A tale","creatorId":"aaaaaaaaaaaaaaaaaaaaaaaa","config":{"memLimit":"4g"},"imageInfo":{"digest":"registry.local/tale@sha256:01"},"dataSet":[]}""");
        tale["imageId"] = (string?)image["_id"];
        cluster.Database.Tales.Add(tale);
        cluster.Database.Instances.Add(Document(
            """{"_id":"5d0a1b2c3d4e5f600001a001","taleId":"5c92fbd472a9910001fbff71","creatorId":"aaaaaaaaaaaaaaaaaaaaaaaa","lastActivity":"2026-11-23T09:30:00+00:00"}"""));
        return cluster;
    }

    private static JsonObject Document(string text) => JsonNode.Parse(text)!.AsObject();
}
