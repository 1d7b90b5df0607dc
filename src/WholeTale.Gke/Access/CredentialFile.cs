namespace WholeTale.Gke.Access;

/// <summary>A file with Google credentials.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Origin">What named it, for messages.</param>
/// <param name="Project">The project that it names, or null.</param>
internal sealed record CredentialFile(string Path, string Origin, string? Project);
