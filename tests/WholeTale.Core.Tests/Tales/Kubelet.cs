using System.Text;

namespace WholeTale.Core.Tests.Tales;

/// <summary>What a kubelet does to commands and environment values, by the API reference of Container.args: $(NAME) becomes the variable, $$ one $, unknown names stay.</summary>
internal static class Kubelet
{
    public static string Expand(string text, Func<string, string?>? variable = null)
    {
        var expanded = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                expanded.Append(text[i]);
                continue;
            }
            var close = text[i + 1] == '(' ? text.IndexOf(')', i + 2) : -1;
            if (text[i + 1] == '$')
            {
                expanded.Append('$');
                i++;
            }
            else if (close > 0)
            {
                // An unknown name is left as it is written; here every reference is looked for, so that one that is made by chance shows.
                var name = text[(i + 2)..close];
                expanded.Append(variable?.Invoke(name) ?? $"<expanded {name}>");
                i = close;
            }
            else
            {
                expanded.Append('$').Append(text[i + 1]);
                i++;
            }
        }
        return expanded.ToString();
    }
}
