using System.Text;

namespace WholeTale.Core.Tales;

/// <summary>What Kubernetes itself expands in commands and environment values: <c>$(NAME)</c>, and <c>$$</c> to one <c>$</c>.</summary>
internal static class Expansion
{
    /// <summary>Writes a text so that it comes out of the expansion as itself. Only what would be changed is written differently.</summary>
    public static string Escape(string text)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
            return text;
        var escaped = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            escaped.Append(text[i]);
            // Every run of several is halved by the kubelet, and one before a parenthesis would begin a name (k8s.io/kubernetes third_party/forked/golang/expansion).
            if (text[i] == '$' && i + 1 < text.Length && text[i + 1] is '$' or '(')
                escaped.Append('$');
            else if (text[i] == '$' && i > 0 && text[i - 1] == '$')
                escaped.Append('$');
        }
        return escaped.ToString();
    }
}
