using System.Net;
using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;
using WholeTale.Core.Deployment;
using WholeTale.Core.Girder;
using WholeTale.Simulator.Girder;

namespace WholeTale.Core.Tests.Girder;

public sealed class GirderInitializationTests
{
    public static TheoryData<int> Generations => [2, 5];

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task From_nothing_everything_is_created_and_a_tale_could_run(int generation)
    {
        using var cluster = new GirderCluster((GirderGeneration)generation);

        var setup = await cluster.SetUpAsync();

        Assert.Equal(AppliedResult.Created, Result(setup, "Administrator"));
        Assert.Equal(AppliedResult.Created, Result(setup, "Assetstore"));
        Assert.Equal(generation == 2 ? AppliedResult.Created : AppliedResult.Unchanged, Result(setup, "Plugins"));
        Assert.Equal(AppliedResult.Created, Result(setup, "Setting core.cors.allow_origin"));
        Assert.Equal(["Jupyter Classic", "JupyterLab", "RStudio", "RStudio (rocker/geospatial)"], cluster.Database.Images.Select(image => (string?)image["name"]).Order(StringComparer.Ordinal));
        Assert.Equal("https://dashboard.local.wholetale.org", (string?)cluster.Database.Settings["core.cors.allow_origin"]);
        Assert.Equal("redis://redis/", (string?)cluster.Database.Settings["worker.broker"]);
        Assert.Equal(generation == 2 ? 1 : 0, (int?)Assert.Single(cluster.Database.Assetstores)["type"]);
        Assert.Contains("CSP_HOSTS=dashboard.local.wholetale.org", cluster.Database.Images[0]["config"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(("admin", GirderCluster.Password), (setup.Login, setup.Password.Reveal()));
        Assert.Equal(new Uri("https://girder.local.wholetale.org"), setup.Url);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task Repeated_it_reports_everything_unchanged_and_sends_no_write(int generation)
    {
        using var cluster = new GirderCluster((GirderGeneration)generation) { Settings = WithGlobus() };
        await cluster.SetUpAsync();

        var setup = await cluster.SetUpAsync();

        Assert.All(setup.Steps, step => Assert.Equal(AppliedResult.Unchanged, step.Result));
        Assert.NotEmpty(cluster.Requests);
        Assert.Empty(cluster.Writes);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task Cut_off_after_any_request_the_next_run_finishes_it(int generation)
    {
        var total = await CountRequestsAsync(generation);
        for (var last = 1; last <= total; last++)
        {
            using var cluster = new GirderCluster((GirderGeneration)generation);
            using var killed = new CancellationTokenSource();
            cluster.After = number =>
            {
                if (number == last)
                    killed.Cancel();
            };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cluster.SetUpAsync(killed.Token));
            cluster.After = null;
            // A long time later, so that a restart that was asked for has come to pass or not.
            cluster.Time.Advance(TimeSpan.FromMilliseconds(10));

            await cluster.SetUpAsync();
            var again = await cluster.SetUpAsync();

            Assert.True(again.Steps.All(step => step.Result == AppliedResult.Unchanged) && !cluster.Writes.Any(), $"cut off after request {last}: {string.Join(", ", cluster.Writes)}");
            Assert.Equal(4, cluster.Database.Images.Count);
            Assert.Single(cluster.Database.Users);
            Assert.Single(cluster.Database.Assetstores);
            Assert.Contains("wholetale", cluster.Process.Loaded);
            Assert.Empty(cluster.Secret["metadata"]!["annotations"]!.AsObject());
        }
    }

    public static TheoryData<int, string> Faults()
    {
        var faults = new TheoryData<int, string>();
        foreach (var generation in (int[])[2, 5])
        {
            foreach (var fault in (string[])["400", "401", "403", "500", "502", "html", "reset", "slow"])
                faults.Add(generation, fault);
        }
        return faults;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Any_answer_replaced_by_a_fault_ends_right_or_with_an_error_that_names_the_step(int generation, string fault)
    {
        var total = await CountRequestsAsync(generation);
        for (var number = 1; number <= total; number++)
        {
            using var cluster = new GirderCluster((GirderGeneration)generation);
            var at = number;
            cluster.Before = (n, request, cancellationToken) => n == at ? FaultAsync(cluster, fault, cancellationToken) : Task.FromResult<HttpResponseMessage?>(null);

            GirderException? error = null;
            try
            {
                await cluster.SetUpAsync();
            }
            catch (GirderException exception)
            {
                error = exception;
            }

            cluster.Before = null;
            // A fault that passes may be ridden out; one that does not must be told, and never as a success with less in it.
            if (error is null)
            {
                await cluster.SetUpAsync();
                Assert.True(!cluster.Writes.Any(), $"{fault} at request {number} was no error, and yet the next run has something to do: {string.Join(", ", cluster.Writes)}");
            }
            else
            {
                Assert.Contains($"step '{error.Step}'", error.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(GirderCluster.Password, error.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain("<html", error.Message, StringComparison.Ordinal);
            }
            await cluster.SetUpAsync();
            var again = await cluster.SetUpAsync();
            Assert.True(again.Steps.All(step => step.Result == AppliedResult.Unchanged) && !cluster.Writes.Any(), $"{fault} at request {number}: {string.Join(", ", cluster.Writes)}");
            Assert.Equal(4, cluster.Database.Images.Count);
        }
    }

    [Fact]
    public async Task A_400_that_is_not_about_a_taken_login_is_an_error_and_not_a_sign_of_an_earlier_run()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two) { Settings = new Settings { Girder = new GirderSettings { AdminEmail = "nobody" } } };

        var error = await Assert.ThrowsAsync<GirderException>(() => cluster.SetUpAsync());

        Assert.Equal("Administrator", error.Step);
        Assert.Equal(HttpStatusCode.BadRequest, error.Status);
        Assert.Contains("Invalid email address.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_was_changed_in_Girder_is_told_and_nothing_is_written()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two);
        await cluster.SetUpAsync();
        cluster.Database.SetPassword((string)cluster.Database.Users[0]["_id"]!, "something else");

        var error = await Assert.ThrowsAsync<GirderException>(() => cluster.SetUpAsync());

        Assert.Equal(FailureKind.Unauthenticated, error.Kind);
        Assert.Contains("Secret girder-admin", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_that_is_no_administrator_is_told()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two);
        await cluster.SetUpAsync();
        cluster.Database.Users[0]["admin"] = false;

        var error = await Assert.ThrowsAsync<GirderException>(() => cluster.SetUpAsync());

        Assert.Equal(FailureKind.Forbidden, error.Kind);
    }

    [Fact]
    public async Task An_id_of_digits_stays_text()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two) { Settings = WithGlobus("0123456789") };

        await cluster.SetUpAsync();

        Assert.Equal("\"0123456789\"", cluster.Database.Settings["oauth.globus_client_id"]!.ToJsonString());
    }

    [Fact]
    public async Task Without_Globus_a_warning_says_what_will_not_work()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two);

        await cluster.SetUpAsync();

        var warning = Assert.Single(cluster.Reports.OfType<WarningReport>());
        Assert.Contains("sign in", warning.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("oauth.globus_client_id", cluster.Database.Settings.Keys);
    }

    [Fact]
    public async Task No_secret_is_reported_or_stands_in_an_address()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two) { Settings = WithGlobus() };

        await cluster.SetUpAsync();

        foreach (var secret in (string[])[GirderCluster.Password, "globus-secret", Uri.EscapeDataString(GirderCluster.Password)])
        {
            Assert.DoesNotContain(secret, cluster.AllReports, StringComparison.Ordinal);
            Assert.DoesNotContain(cluster.Requests, request => request.Contains(secret, StringComparison.Ordinal));
        }
        Assert.Contains(cluster.Bodies, body => body.Contains("globus-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_setting_that_drifted_is_the_only_one_written()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two);
        await cluster.SetUpAsync();
        cluster.Database.Settings["core.cors.allow_origin"] = "https://elsewhere.example";

        var setup = await cluster.SetUpAsync();

        Assert.Equal(["PUT system/setting"], cluster.Writes);
        Assert.Equal(AppliedResult.Updated, Result(setup, "Setting core.cors.allow_origin"));
        Assert.Equal(AppliedResult.Unchanged, Result(setup, "Setting worker.broker"));
        Assert.DoesNotContain("worker.broker", Uri.UnescapeDataString(cluster.Bodies.Single()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plugins_that_somebody_else_enabled_stay_enabled()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two);
        cluster.Database.EnabledPlugins.Add("item_tasks");

        await cluster.SetUpAsync();

        Assert.Contains("item_tasks", cluster.Database.EnabledPlugins);
        Assert.Contains("wholetale", cluster.Process.Loaded);
    }

    [Fact]
    public async Task A_restart_is_believed_only_when_another_process_answers()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two);
        var before = cluster.Process.Started;

        await cluster.SetUpAsync();

        Assert.True(cluster.Process.Started > before);
        var restart = cluster.Requests.IndexOf("PUT system/restart");
        // The old process goes on answering for a second: it is asked again until the new one does.
        Assert.True(cluster.Requests.Skip(restart + 1).TakeWhile(request => request == "GET system/version").Count() > 1);
    }

    [Fact]
    public async Task A_Girder_that_cannot_restart_itself_is_told_with_what_to_do()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two, canRestart: false);

        var error = await Assert.ThrowsAsync<GirderException>(() => cluster.SetUpAsync());

        Assert.Equal("Restart", error.Step);
        Assert.Contains("Delete Girder's pod", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_whose_description_differs_is_updated_in_place()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two);
        await cluster.SetUpAsync();
        var image = cluster.Database.Images[0];
        image["description"] = "old";
        image["iframe"] = false;

        var setup = await cluster.SetUpAsync();

        Assert.Equal([$"PUT image/{(string?)image["_id"]}"], cluster.Writes);
        Assert.Equal(AppliedResult.Updated, Result(setup, $"Image {(string?)image["name"]}"));
        Assert.True((bool?)image["iframe"]);
    }

    [Fact]
    public async Task An_image_whose_configuration_differs_is_made_anew_unless_tales_use_it()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two);
        await cluster.SetUpAsync();
        var (free, used) = (cluster.Database.Images[0], cluster.Database.Images[1]);
        free["config"]!["port"] = 1;
        used["config"]!["port"] = 1;
        cluster.Database.Tales.Add(new JsonObject { ["_id"] = GirderDatabase.NewId(), ["imageId"] = (string?)used["_id"], ["public"] = true, ["title"] = "A tale" });

        var setup = await cluster.SetUpAsync();

        Assert.Equal(AppliedResult.Recreated, Result(setup, $"Image {(string?)free["name"]}"));
        Assert.Equal(AppliedResult.Unchanged, Result(setup, $"Image {(string?)used["name"]}"));
        Assert.Contains(cluster.Reports.OfType<WarningReport>(), warning => warning.Message.Contains((string)used["name"]!, StringComparison.Ordinal));
        Assert.Equal(4, cluster.Database.Images.Count);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task Images_of_the_settings_are_added_and_take_the_place_of_ours_by_name(int generation)
    {
        using var cluster = new GirderCluster((GirderGeneration)generation)
        {
            Settings = WithGlobus() with
            {
                Girder = new GirderSettings
                {
                    Images =
                    [
                        new GirderImage("Julia") { Description = "JupyterLab with Julia", Config = new Dictionary<string, object> { ["command"] = "jupyter lab", ["port"] = 8888, ["environment"] = (IReadOnlyList<string>)["SITE=https://{{Domain}}"] } },
                        new GirderImage("RStudio") { Public = false, Config = new Dictionary<string, object> { ["port"] = 8787 } },
                    ],
                },
            },
        };

        await cluster.SetUpAsync();
        var again = await cluster.SetUpAsync();

        Assert.Equal(
            ["Julia", "Jupyter Classic", "JupyterLab", "RStudio", "RStudio (rocker/geospatial)"], cluster.Database.Images.Select(image => (string?)image["name"]).Order(StringComparer.Ordinal));
        var own = cluster.Database.Images.Single(image => (string?)image["name"] == "Julia");
        Assert.Equal("""{"command":"jupyter lab","environment":["SITE=https://local.wholetale.org"],"port":8888}""", own["config"]!.ToJsonString());
        Assert.False((bool?)cluster.Database.Images.Single(image => (string?)image["name"] == "RStudio")["public"]);
        Assert.All(again.Steps, step => Assert.Equal(AppliedResult.Unchanged, step.Result));
    }

    [Fact]
    public async Task An_image_with_a_similar_name_is_not_taken_for_ours()
    {
        using var cluster = new GirderCluster(GirderGeneration.Five);
        cluster.Database.Images.Add(new JsonObject { ["_id"] = GirderDatabase.NewId(), ["name"] = "jupyterlab", ["public"] = true, ["config"] = new JsonObject() });

        await cluster.SetUpAsync();

        Assert.Equal(5, cluster.Database.Images.Count);
    }

    [Fact]
    public async Task A_Girder_that_never_answers_is_given_up_after_the_deadline()
    {
        using var cluster = new GirderCluster(GirderGeneration.Two) { Settings = new Settings { Deploy = new DeploySettings { ComponentTimeout = TimeSpan.FromSeconds(20) } } };
        cluster.Before = (_, _, _) => Task.FromResult<HttpResponseMessage?>(GirderCluster.Answer(HttpStatusCode.BadGateway, "<html><title>502 Bad Gateway</title></html>", "text/html"));

        var error = await Assert.ThrowsAsync<GirderException>(() => cluster.SetUpAsync());

        Assert.Equal((FailureKind.TimedOut, "Start"), (error.Kind, error.Step));
        Assert.Contains("502 Bad Gateway", error.Message, StringComparison.Ordinal);
        Assert.Contains("within 20 s;", error.Message, StringComparison.Ordinal);
        Assert.Contains("allow more time by the setting Deploy.ComponentTimeout.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "Start")]
    [InlineData(4, "Assetstore")]
    public async Task A_Girder_that_hangs_is_given_up_with_the_time_for_the_whole_deploy(int from, string step)
    {
        using var cluster = new GirderCluster(GirderGeneration.Five);
        cluster.Before = (number, _, token) => number < from ? Task.FromResult<HttpResponseMessage?>(null) : FaultAsync(cluster, "slow", token);
        cluster.Patience = new GirderPatience(new TimeLimit(TimeSpan.FromMinutes(15), "-ComponentTimeout"), new Deadline(new TimeLimit(TimeSpan.FromSeconds(20), "-Timeout"), cluster.Time));
        var began = cluster.Time.GetUtcNow();

        var error = await Assert.ThrowsAsync<GirderException>(() => cluster.SetUpAsync());

        Assert.Equal((FailureKind.TimedOut, step), (error.Kind, error.Step));
        Assert.Contains("the time for the whole deploy, 20 s, was over before Girder had answered. ", error.Message, StringComparison.Ordinal);
        Assert.Contains("allow more time by -Timeout.", error.Message, StringComparison.Ordinal);
        Assert.InRange(cluster.Time.GetUtcNow() - began, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(25));
    }

    private static AppliedResult Result(GirderSetup setup, string step) => setup.Steps.Single(row => row.Name == step).Result;

    private static Settings WithGlobus(string id = "globus-id") =>
        new() { Secrets = new SecretSettings { GlobusClientId = new Secret(id), GlobusClientSecret = new Secret("globus-secret") } };

    private static async Task<int> CountRequestsAsync(int generation)
    {
        using var cluster = new GirderCluster((GirderGeneration)generation);
        await cluster.SetUpAsync();
        return cluster.Requests.Count;
    }

    private static async Task<HttpResponseMessage?> FaultAsync(GirderCluster cluster, string fault, CancellationToken cancellationToken)
    {
        switch (fault)
        {
            case "html":
                return GirderCluster.Answer(HttpStatusCode.OK, "<!DOCTYPE html><html><head><title>Sign in</title></head></html>", "text/html");
            case "reset":
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
            case "slow":
                await Task.Delay(TimeSpan.FromMinutes(5), cluster.Time, cancellationToken);
                return null;
            default:
                var status = (HttpStatusCode)int.Parse(fault, System.Globalization.CultureInfo.InvariantCulture);
                return GirderCluster.Answer(status, $$"""{"message":"Fault injected.","type":"{{(fault is "401" or "403" ? "access" : "rest")}}"}""");
        }
    }
}
