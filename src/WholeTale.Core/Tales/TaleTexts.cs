using System.Globalization;
using System.Text;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tales;

/// <summary>Finds, before anything is sent, what cannot reach a container as it is written.</summary>
internal static class TaleTexts
{
    /// <summary>Checks all texts of a request.</summary>
    /// <exception cref="TaleException">One cannot arrive; it names the tale, the property or variable, and the place in it.</exception>
    public static void Check(TaleRequest request)
    {
        Demand(request, nameof(TaleRequest.Name), request.Name);
        Demand(request, nameof(TaleRequest.User), request.User);
        Demand(request, nameof(TaleRequest.InstanceId), request.InstanceId);
        Demand(request, nameof(TaleRequest.TaleId), request.TaleId);
        Demand(request, nameof(TaleRequest.UserId), request.UserId);
        Demand(request, nameof(TaleRequest.SessionId), request.SessionId);
        Demand(request, nameof(TaleRequest.Image), request.Image);
        Demand(request, nameof(TaleRequest.Command), request.Command);
        Demand(request, nameof(TaleRequest.MountPoint), request.MountPoint);
        Demand(request, nameof(TaleRequest.UrlPath), request.UrlPath);
        Demand(request, nameof(TaleRequest.Workspace), request.Workspace);
        Demand(request, nameof(TaleRequest.ApiKey), request.ApiKey?.Reveal() ?? "");
        for (var at = 0; at < request.Environment.Count; at++)
        {
            var (name, value) = Parts(request.Environment[at]);
            Demand(request, $"{nameof(TaleRequest.Environment)} (name of variable {(at + 1).ToString(CultureInfo.InvariantCulture)})", name);
            Demand(request, $"{nameof(TaleRequest.Environment)} (value of {Shown(name)})", value);
        }
        foreach (var (label, value) in request.NodeSelector)
        {
            Demand(request, $"{nameof(TaleRequest.NodeSelector)} (label {Shown(label)})", label);
            Demand(request, $"{nameof(TaleRequest.NodeSelector)} (value of {Shown(label)})", value);
        }
    }

    /// <summary>A text as a message can show it: in one line, with what cannot be seen as its code.</summary>
    public static string Shown(string text)
    {
        if (!text.Any(letter => char.IsControl(letter) || char.IsSurrogate(letter)))
            return text;
        var shown = new StringBuilder(text.Length + 8);
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsSurrogate(text[at]) && at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]))
                shown.Append(text[at]).Append(text[++at]);
            else if (char.IsControl(text[at]) || char.IsSurrogate(text[at]))
                shown.Append(CultureInfo.InvariantCulture, $"<U+{(int)text[at]:X4}>");
            else
                shown.Append(text[at]);
        }
        return shown.ToString();
    }

    // The value itself is not shown: it may be a secret.
    private static void Demand(TaleRequest request, string where, string text)
    {
        if (UnsendableText.Find(text) is not var (place, what))
            return;
        var tale = Shown(request.ToString());
        throw new TaleException(
            "TaleInvalid", FailureKind.InvalidInput, tale, $"The tale '{tale}' cannot be started: its {where} holds at character {place.ToString(CultureInfo.InvariantCulture)} {what}.",
            "Take this character out; where a file was read, see that it was read in its own encoding.");
    }

    private static (string Name, string Value) Parts(string variable)
    {
        var equals = variable.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (variable, "") : (variable[..equals], variable[(equals + 1)..]);
    }
}
