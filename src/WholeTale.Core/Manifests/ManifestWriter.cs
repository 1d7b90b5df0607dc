namespace WholeTale.Core.Manifests;

/// <summary>Writes manifests as YAML files.</summary>
public static class ManifestWriter
{
    /// <summary>Writes one file a component. Secret data is masked unless told otherwise.</summary>
    /// <returns>The files written.</returns>
    public static Task<IReadOnlyList<string>> WriteAsync(ManifestSet manifests, string folder, bool includeSecrets, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
