using System.Net;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Asks the server what a plan would do, so that conflicts, forbidden changes and refusals are known before the first write, and all of them at once.</summary>
/// <param name="client">Whom it asks.</param>
/// <param name="live">What is there.</param>
/// <param name="options">How it would be deployed.</param>
/// <param name="asksOfNew">Whether it asks of objects that are not there yet, too. Their namespace must be there.</param>
internal sealed class DryRun(ApiClient client, LiveObjects live, DeployOptions options, bool asksOfNew = false)
{
    /// <summary>Whether nothing will be applied: what a deploy would be refused is then foreseen as the plan wants it, and told as what stands in the way.</summary>
    internal bool IsHypothetical { get; init; }

    /// <summary>Takes known secrets out of what the server quotes.</summary>
    internal Func<string, string> Redact { get; init; } = text => text;

    /// <summary>Asks of all objects side by side.</summary>
    /// <exception cref="WholeTaleException">The server cannot be asked.</exception>
    internal async Task<Forecast> RunAsync(IEnumerable<PlannedObject> objects, CancellationToken cancellationToken)
    {
        var asked = objects.Where(planned => live.Find(planned.Reference) is { } item ? !item.IsDeleting() && !AppliedState.Holds(planned.Manifest, item) : asksOfNew)
            .Select(planned => (planned, Task: AskAsync(planned, options.Force, cancellationToken)))
            .ToList();
        await ((Task)Task.WhenAll(asked.Select(pair => pair.Task))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var after = new Dictionary<ObjectReference, JsonObject>();
        var failures = new List<WholeTaleException>();
        var obstacles = new Dictionary<ObjectReference, IReadOnlyList<Obstacle>>();
        foreach (var (planned, task) in asked)
        {
            var answer = await task;
            if (answer.After is { } then)
                after[planned.Reference] = then;
            failures.AddRange(answer.Failures);
            if (answer.Obstacles.Count > 0)
                obstacles[planned.Reference] = answer.Obstacles;
        }

        return new Forecast(after, [.. failures.DistinctBy(failure => failure.Message)], obstacles);
    }

    private async Task<Answer> AskAsync(PlannedObject planned, bool force, CancellationToken cancellationToken)
    {
        var item = live.Find(planned.Reference);
        try
        {
            return new Answer(await SendAsync(planned, item, force, cancellationToken));
        }
        catch (ConflictException conflict)
        {
            return await GoOnAsync(conflict);
        }
        catch (ApiException exception) when (ConflictException.From(planned.Reference, exception) is { } conflict)
        {
            return await GoOnAsync(conflict);
        }
        catch (ApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            // It has gone since it was listed: it will be made anew.
            return new Answer(null);
        }
        catch (ApiException exception) when (exception.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            return Refused(planned, item, exception);
        }
        catch (ApiException exception) when (exception.Kind is FailureKind.Forbidden or FailureKind.Refused or FailureKind.Conflict)
        {
            return new Answer(null) { Failures = [IsHypothetical ? exception : ComponentRun.Refused(planned.Component, exception, Redact)] };
        }

        // The server tells of a conflict before it looks at anything else.
        async Task<Answer> GoOnAsync(ConflictException conflict)
        {
            var forced = await AskAsync(planned, force: true, cancellationToken);
            return IsHypothetical ? forced with { Obstacles = [Obstacle.Of(conflict), .. forced.Obstacles] } : forced with { Failures = [conflict, .. forced.Failures] };
        }
    }

    private Answer Refused(PlannedObject planned, JsonObject? item, ApiException exception)
    {
        var isForbidden = item is not null && Immutability.Concerns(exception);
        if (isForbidden && Immutability.MayRecreate(planned, exception, options))
            return new Answer(null);
        if (!IsHypothetical)
            return new Answer(null) { Failures = [isForbidden ? Immutability.Explain(planned, item!, exception) : ComponentRun.Refused(planned.Component, exception, Redact)] };
        return new Answer(item is null ? null : ObjectDifference.Lay(planned.Manifest, item))
        {
            Obstacles = isForbidden ? Immutability.Obstacles(planned, item!, exception) : Immutability.Refusals(exception),
        };
    }

    private async Task<JsonObject> SendAsync(PlannedObject planned, JsonObject? item, bool force, CancellationToken cancellationToken)
    {
        var how = new ApplyOptions { Force = force, DryRun = true };
        if (item is null || !RecreateStrategy.IsBlocked(planned.Manifest, item))
            return (await client.ApplyAsync(planned.Manifest, how, cancellationToken)).Object;
        if (force || RecreateStrategy.Holders(item).Count == 0)
            return RecreateStrategy.Put(planned.Manifest, (await client.ApplyAsync(RecreateStrategy.Without(planned.Manifest), how, cancellationToken)).Object);
        try
        {
            return (await client.ApplyAsync(planned.Manifest, how, cancellationToken)).Object;
        }
        catch (ApiException exception) when (exception.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            throw ConflictException.Of(planned.Reference, RecreateStrategy.Holders(item));
        }
    }

    // What the server says of one object; nothing where it would have to be made anew, and may be.
    private sealed record Answer(JsonObject? After)
    {
        public IReadOnlyList<WholeTaleException> Failures { get; init; } = [];

        public IReadOnlyList<Obstacle> Obstacles { get; init; } = [];
    }
}
