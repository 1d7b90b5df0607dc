using Microsoft.AspNetCore.Http;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>Answers a request to a subresource of an object.</summary>
/// <param name="context">The request; an <see cref="ApiStatusException"/> thrown before the response starts becomes a Status.</param>
/// <param name="request">The request's path, taken apart.</param>
/// <param name="target">
/// The object; null for a proxy, whose name may carry scheme and port (<c>https:web:443</c>).
/// </param>
internal delegate Task ConnectHandler(HttpContext context, RequestInfo request, StoredObject? target);
