namespace WholeTale.Simulator.Backends;

/// <summary>Answers HTTP requests in the place of a container that would.</summary>
internal interface IContainerBackend
{
    /// <summary>Whether it stands in for an image, e.g. <c>wholetale/girder:latest</c>.</summary>
    bool Serves(string image);

    /// <summary>Answers one request; its path is the container's own.</summary>
    Task HandleAsync(HttpContext context, BackendTarget target);
}
