using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Api;

/// <summary>Where a paged list goes on: a version and the last key, base64 of JSON as the real one is.</summary>
internal sealed record ContinueToken(long ResourceVersion, ObjectKey After)
{
    public static ContinueToken Parse(string text)
    {
        try
        {
            var padded = text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');
            var json = (JsonObject)JsonTree.Parse(Convert.FromBase64String(padded))!;
            if (json["v"].Text() != "meta.k8s.io/v1")
                throw Invalid("server does not recognize this encoded version " + (json["v"].Text() ?? ""));
            var start = (json["start"].Text() ?? "").TrimEnd('\0');
            var slash = start.IndexOf('/', StringComparison.Ordinal);
            return new ContinueToken(
                json["rv"].Number() ?? throw Invalid("incorrect encoded start resourceVersion (version meta.k8s.io/v1)"),
                new ObjectKey(slash < 0 ? "" : start[..slash], start[(slash + 1)..]));
        }
        catch (FormatException)
        {
            throw Invalid("illegal base64 data at input byte " + Math.Max(0, text.Length - 1).ToString(CultureInfo.InvariantCulture));
        }
        catch (JsonException)
        {
            var bytes = Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '='));
            var shown = Encoding.Latin1.GetString(bytes)[0];
            var name = shown is >= ' ' and < '\x7f' ? shown.ToString() : "\\u" + ((int)shown).ToString("x4", CultureInfo.InvariantCulture);
            throw Invalid($"invalid character '{name}' looking for beginning of value");
        }
        catch (InvalidCastException)
        {
            throw Invalid("json: cannot unmarshal into Go value of type storage.continueToken");
        }
    }

    /// <summary>The version of the token is no longer in the log.</summary>
    public static ApiStatusException Expired() => new(
        410,
        "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.");

    public override string ToString()
    {
        var json = new JsonObject
        {
            ["v"] = "meta.k8s.io/v1",
            ["rv"] = ResourceVersion,
            ["start"] = After + "\0",
        };
        return Convert.ToBase64String(JsonTree.Write(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    private static ApiStatusException Invalid(string problem) => ApiStatusException.BadRequest("invalid continue token: continue key is not valid: " + problem);
}
