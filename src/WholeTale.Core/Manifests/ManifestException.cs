namespace WholeTale.Core.Manifests;

/// <summary>A template cannot be rendered or does not give valid manifests.</summary>
public sealed class ManifestException(string template, int line, string? variable, string message, string? advice = null, Exception? innerException = null)
    : WholeTaleException("ManifestInvalid", FailureKind.Malformed, template, message, advice, innerException)
{
    /// <summary>The template's file.</summary>
    public string Template { get; } = template;

    /// <summary>The line in it, from 1; 0 where it cannot be told.</summary>
    public int Line { get; } = line;

    /// <summary>The variable or field concerned.</summary>
    public string? Variable { get; } = variable;
}
