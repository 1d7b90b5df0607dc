using System.Net;
using System.Text.Json.Nodes;
using WholeTale.Core.Kubernetes;

namespace WholeTale.Core.Deployment;

/// <summary>Asks the server what a plan would do, so that conflicts, forbidden changes and refusals are known before the first write.</summary>
/// <param name="client">Whom it asks.</param>
/// <param name="live">What is there.</param>
/// <param name="options">How it would be deployed.</param>
/// <param name="asksOfNew">Whether it asks of objects that are not there yet, too. Their namespace must be there.</param>
internal sealed class DryRun(ApiClient client, LiveObjects live, DeployOptions options, bool asksOfNew = false)
{
    /// <summary>Whether nothing will be applied: what the server would never do, such as make a claim smaller, is then foreseen as the plan wants it.</summary>
    internal bool IsHypothetical { get; init; }

    /// <summary>What the server would make of each object that would change, or be made where that is asked; objects that are as the plan wants them are left out.</summary>
    /// <exception cref="WholeTaleException">The server would refuse; the first refusal in the order of the plan.</exception>
    internal async Task<IReadOnlyDictionary<ObjectReference, JsonObject>> RunAsync(IEnumerable<PlannedObject> objects, CancellationToken cancellationToken)
    {
        var asked = objects.Where(planned => live.Find(planned.Reference) is { } item ? !item.IsDeleting() && !AppliedState.Holds(planned.Manifest, item) : asksOfNew)
            .Select(planned => (planned, Task: TryAsync(planned, cancellationToken)))
            .ToList();
        await ((Task)Task.WhenAll(asked.Select(pair => pair.Task))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var results = new Dictionary<ObjectReference, JsonObject>();
        foreach (var (planned, task) in asked)
        {
            if (await task is { } after)
                results[planned.Reference] = after;
        }

        return results;
    }

    // Null where the object would have to be recreated, and may be.
    private async Task<JsonObject?> TryAsync(PlannedObject planned, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.ApplyAsync(planned.Manifest, new ApplyOptions { Force = options.Force, DryRun = true }, cancellationToken)).Object;
        }
        catch (ApiException exception) when (ConflictException.From(planned.Reference, exception) is { } conflict)
        {
            throw conflict;
        }
        catch (ApiException exception) when (exception.StatusCode == HttpStatusCode.UnprocessableEntity && Immutability.Concerns(exception))
        {
            return Immutability.MayRecreate(planned, exception, options) ? null
                : IsHypothetical && live.Find(planned.Reference) is { } item ? Laid(planned.Manifest, item).AsObject()
                : throw Immutability.Explain(planned, exception);
        }
        catch (ApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            // It has gone since it was listed: it will be made anew.
            return null;
        }
    }

    // The manifest over the object as it is.
    private static JsonNode Laid(JsonNode manifest, JsonNode? item)
    {
        if (manifest is not JsonObject fields || item is not JsonObject there)
            return manifest.DeepClone();
        var result = (JsonObject)there.DeepClone();
        foreach (var (name, value) in fields)
        {
            if (value is not null)
                result[name] = Laid(value, there[name]);
        }

        return result;
    }
}
