using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Cmdlets;

/// <summary>What a command tells beside its output.</summary>
public sealed class StreamTests
{
    [Fact]
    public void Progress_has_a_bar_for_the_whole_and_one_below_it_for_each_part_and_all_are_taken_away()
    {
        using var cluster = new SimulatedCluster();

        var progress = cluster.Engine.Try("$null = $cluster | Deploy-WholeTale -SkipGirderSetup").Progress;

        var whole = progress.Where(record => record.Activity == "Deploying Whole Tale to test").ToList();
        Assert.Single(whole.Select(record => record.ActivityId).Distinct());
        Assert.All(progress.Where(record => record.Activity == "redis"), record => Assert.Equal(whole[0].ActivityId, record.ParentActivityId));
        Assert.Contains(progress, record => record.Activity == "redis");
        Assert.All(progress.GroupBy(record => record.ActivityId), bar => Assert.Single(bar.Select(record => record.Activity).Distinct()));
        Assert.All(progress.GroupBy(record => record.ActivityId), bar => Assert.Equal(ProgressRecordType.Completed, bar.Last().RecordType));
    }

    [Fact]
    public void Verbose_lines_tell_requests_and_no_secret()
    {
        using var cluster = new SimulatedCluster();

        var outcome = cluster.Engine.Try("$deployment = $cluster | Deploy-WholeTale -Verbose");

        Assert.Contains(outcome.Verbose, line => line.Contains("PATCH", StringComparison.Ordinal));
        var password = cluster.Engine.Run("$deployment.Credential.GetNetworkCredential().Password").Single().ToString();
        Assert.Equal(32, password.Length);
        var said = outcome.Verbose.Concat(outcome.Warnings).Concat(outcome.Progress.Select(record => $"{record}")).Concat(outcome.Errors.Select(error => error.ToString()));
        Assert.DoesNotContain(said, line => line.Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    public void A_failed_deploy_says_which_component_why_and_what_to_do_and_goes_on_with_the_next_cluster()
    {
        using var cluster = new SimulatedCluster();

        // No node has that much memory.
        var outcome = cluster.Engine.Try("$cluster, $cluster | Deploy-WholeTale -Setting @{ 'Redis.Memory' = '900Gi' } -SkipGirderSetup");

        Assert.Equal(2, outcome.Errors.Count);
        Assert.False(outcome.Terminated);
        var error = outcome.Errors[0];
        Assert.StartsWith("NotReady,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.OperationStopped, error.CategoryInfo.Category);
        Assert.Equal("redis", error.TargetObject);
        Assert.Contains("redis", error.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.All(outcome.Progress.Where(record => record is { ParentActivityId: < 0, RecordType: ProgressRecordType.Completed }), record => Assert.Equal("broken off", record.StatusDescription));
        Assert.All(outcome.Progress.GroupBy(record => record.ActivityId), bar => Assert.Equal(ProgressRecordType.Completed, bar.Last().RecordType));
    }

    [Fact]
    public void The_time_for_a_component_is_a_parameter_too()
    {
        using var cluster = new SimulatedCluster("Realistic");

        var outcome = cluster.Engine.Try("$cluster | Deploy-WholeTale -Component redis -SkipGirderSetup -ComponentTimeout 0.2");

        Assert.StartsWith("Component redis was not ready after ", Assert.Single(outcome.Errors).Exception.Message, StringComparison.Ordinal);
    }
}
