using Microsoft.AspNetCore.Http;
using WholeTale.Simulator.Schema;

namespace WholeTale.Simulator.Api;

/// <summary>Takes a request through authentication, authorization and routing to what answers it.</summary>
internal sealed class RequestHandler(KubernetesApi api)
{
    private readonly Authenticator _authenticator = new(api);
    private readonly Discovery _discovery = new(api);
    private readonly ReadHandler _reads = new(api);
    private readonly WatchHandler _watches = new(api);
    private readonly WriteHandler _writes = new(api);
    private readonly ScaleHandler _scales = new(api);
    private readonly ReviewHandler _reviews = new(api);

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await DispatchAsync(context);
        }
        catch (ApiStatusException refusal) when (!context.Response.HasStarted)
        {
            await context.WriteAsync(refusal);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody reads an answer.
        }
        catch (BadHttpRequestException refused) when (!context.Response.HasStarted)
        {
            await context.WriteAsync(refused.StatusCode == 413
                ? new ApiStatusException(413, "RequestEntityTooLarge", $"Request entity too large: limit is {RequestBody.BodyLimit}")
                : ApiStatusException.BadRequest(refused.Message));
        }
    }

    private async Task DispatchAsync(HttpContext context)
    {
        var caller = Impersonation.Apply(context, _authenticator.Authenticate(context), api.Authorizer);
        var path = context.Request.Path.Value ?? "/";
        var isWatch = context.Request.Query["watch"].ToString() is "true" or "1" or "True" or "t" or "T" or "TRUE";
        var request = RequestInfo.Parse(context.Request.Method, path, isWatch);
        if (!request.IsResource)
        {
            api.Authorizer.Demand(caller, request);
            await _discovery.HandleAsync(context, path);
            return;
        }

        if (!api.Kinds.TryFind(request.Group, request.Version, request.Resource, out var kind))
        {
            api.Authorizer.Demand(caller, request);
            await context.WriteNotServedAsync(api, request.Group);
            return;
        }

        api.Authorizer.Demand(caller, request);
        if (HttpMethods.IsHead(context.Request.Method))
            throw NotAllowed();
        if (kind.Deprecation is { } deprecation)
            context.Warn([deprecation]);
        await (request.Subresource.Length > 0 ? SubresourceAsync(context, request, kind, caller) : ObjectAsync(context, request, kind, caller));
    }

    private Task ObjectAsync(HttpContext context, RequestInfo request, Kind kind, Caller caller)
    {
        if (kind.Namespaced && request.Namespace.Length == 0 && (request.Name.Length > 0 || request.Verb is "create" or "deletecollection")
            || !kind.Namespaced && request.Namespace.Length > 0 && kind.Name != "Namespace")
            return context.WriteNotServedAsync(api, kind.Group);
        if (!kind.Verbs.Contains(request.Verb))
            throw NotAllowed();
        if (kind.Custom && request.Verb == "create" && IsTerminating(kind))
            throw new ApiStatusException(405, "MethodNotAllowed", "create not allowed while custom resource definition is terminating", ApiStatusException.DetailsOf(kind, ""));
        return request.Verb switch
        {
            "get" => _reads.GetAsync(context, request, kind),
            "list" => _reads.ListAsync(context, request, kind),
            "watch" => _watches.WatchAsync(context, request, kind),
            "create" when kind.Verbs.Count == 1 && kind.Name.EndsWith("Review", StringComparison.Ordinal) => WriteHandler.ReviewAsync(context, request, kind, caller, _reviews),
            "create" when kind is { Name: "Binding", Group: "" } => _writes.BindAsync(context, request, api.Kinds.Get("v1", "Pod"), caller),
            "create" when request.Name.Length == 0 => _writes.CreateAsync(context, request, kind, caller),
            "update" when request.Name.Length > 0 => _writes.ReplaceAsync(context, request, kind, caller),
            "patch" when request.Name.Length > 0 => _writes.PatchAsync(context, request, kind, caller),
            "delete" => _writes.DeleteAsync(context, request, kind, caller),
            "deletecollection" => _writes.DeleteCollectionAsync(context, request, kind, caller),
            _ => throw NotAllowed(),
        };
    }

    private async Task SubresourceAsync(HttpContext context, RequestInfo request, Kind kind, Caller caller)
    {
        if (!kind.HasSubresource(request.Subresource))
        {
            await context.WriteNotServedAsync(api, kind.Group);
            return;
        }

        if (api.Connector(kind.Plural, request.Subresource) is { } connect)
        {
            var target = api.Store.Get(kind, request.Namespace, request.Name);
            if (target is null && request.Subresource != "proxy")
                throw ApiStatusException.NotFound(kind, request.Name);
            await connect(context, request, target);
            return;
        }

        switch (request.Subresource, request.Verb)
        {
            case ("status", "get"):
                await _reads.GetAsync(context, request, kind);
                return;
            case ("scale", "get"):
                await _scales.GetAsync(context, request, kind);
                return;
            case ("scale", "update" or "patch"):
                await WriteHandler.ScaleAsync(context, request, kind, caller, _scales);
                return;
            case ("token", "create"):
                await WriteHandler.TokenAsync(context, request, kind, caller, _reviews);
                return;
            case ("eviction", "create"):
                await _writes.EvictAsync(context, request, kind);
                return;
            case ("binding", "create"):
                await _writes.BindAsync(context, request, kind, caller);
                return;
            case ("status" or "finalize" or "ephemeralcontainers" or "resize", "update"):
                await _writes.ReplaceAsync(context, request, kind, caller);
                return;
            case ("status" or "ephemeralcontainers", "patch"):
                await _writes.PatchAsync(context, request, kind, caller);
                return;
            default:
                throw NotAllowed();
        }
    }

    private bool IsTerminating(Kind kind) =>
        api.Store.Get(api.Kinds.Get("apiextensions.k8s.io/v1", "CustomResourceDefinition"), null, $"{kind.Plural}.{kind.Group}") is { IsDeleting: true };

    private static ApiStatusException NotAllowed() => new(
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource",
        []);
}
