using System.Security.Cryptography;
using System.Text;

namespace WholeTale.Core.Tales;

/// <summary>The labels and annotations by which tales are known. Labels hold a form that Kubernetes allows; annotations hold the text itself.</summary>
internal static class TaleLabels
{
    /// <summary>The instance's id as gwvolman labels it, in both generations; ours carry it too, so that either finds the other's.</summary>
    public const string GwvolmanInstance = "instanceId";

    /// <summary>The instance's id.</summary>
    public const string Instance = "wholetale.org/instance-id";

    /// <summary>The name that a tale's objects share; what its Deployment and Service select by.</summary>
    public const string Tale = "wholetale.org/tale";

    /// <summary>The tale's id.</summary>
    public const string TaleId = "wholetale.org/tale-id";

    /// <summary>The user's login.</summary>
    public const string User = "wholetale.org/user";

    /// <summary>The tale's name (annotation).</summary>
    public const string Title = "wholetale.org/tale-name";

    /// <summary>The host name (annotation).</summary>
    public const string Host = "wholetale.org/host";

    /// <summary>The URL's path, with <c>{token}</c> (annotation).</summary>
    public const string UrlPath = "wholetale.org/url-path";

    /// <summary>Seconds without use after which it may be culled (annotation).</summary>
    public const string IdleTimeout = "wholetale.org/idle-timeout";

    private const int Longest = 63;

    /// <summary>Gives the form of a text that a label can hold. Different texts give different forms: what is lost is made up for by a hash.</summary>
    public static string Value(string text)
    {
        if (text.Length == 0 || IsValid(text))
            return text;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..10];
        var kept = new StringBuilder();
        foreach (var character in text)
        {
            if (IsAllowed(character))
                kept.Append(character);
            else if (kept.Length > 0 && kept[^1] != '-')
                kept.Append('-');
            if (kept.Length == Longest - hash.Length - 1)
                break;
        }
        var form = kept.ToString().Trim('-', '_', '.');
        return form.Length == 0 ? hash : $"{form}-{hash}";
    }

    private static bool IsValid(string text) =>
        text.Length <= Longest && text.All(IsAllowed) && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]);

    private static bool IsAllowed(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.';
}
