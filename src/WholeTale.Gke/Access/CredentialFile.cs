namespace WholeTale.Gke.Access;

/// <summary>A file with Google credentials.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Origin">What named it, for messages.</param>
/// <param name="Type">What sort of credentials it says to hold, e.g. <c>service_account</c>; null where it does not say.</param>
/// <param name="Project">The project that it names, or null.</param>
internal sealed record CredentialFile(string Path, string Origin, string? Type, string? Project);
