using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace WholeTale.Simulator.Validation;

/// <summary>Addresses and ranges as they are written in objects, checked with apimachinery's words.</summary>
internal static partial class IpText
{
    public const string Problem = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    public static IPAddress? Parse(string text) =>
        (DottedPattern().IsMatch(text) || text.Contains(':', StringComparison.Ordinal) && !text.Contains('%', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal))
        && IPAddress.TryParse(WithoutLeadingZeros(text), out var address) ? address : null;

    public static bool IsV6(string text) => Parse(text)?.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>A range such as <c>10.0.0.0/8</c>, as the network it lies in.</summary>
    public static IPNetwork? ParseRange(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || Parse(text[..slash]) is not { } address || !LengthPattern().IsMatch(text[(slash + 1)..]))
            return null;
        var length = int.Parse(text[(slash + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        var bytes = address.GetAddressBytes();
        if (length > bytes.Length * 8)
            return null;
        for (var bit = length; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> bit % 8);
        return new IPNetwork(new IPAddress(bytes), length);
    }

    /// <summary>Checks an address that somebody else is to reach (ValidateNonSpecialIP).</summary>
    public static void NotSpecial(string text, string field, List<Cause> causes)
    {
        if (Parse(text) is not { } address)
        {
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(text), "must be a valid IP address"));
            return;
        }

        var bytes = address.GetAddressBytes();
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(text), $"may not be unspecified ({text})"));
        if (IPAddress.IsLoopback(address))
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(text), "may not be in the loopback range (127.0.0.0/8, ::1/128)"));
        if (address.IsIPv6LinkLocal || bytes is [169, 254, _, _])
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(text), "may not be in the link-local range (169.254.0.0/16, fe80::/10)"));
        if (bytes is [224, 0, 0, _] || bytes is [0xff, 0x02, ..] && bytes.Length == 16)
            causes.Add(Cause.Invalid(field, GoSyntax.Quote(text), "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"));
    }

    // Go's older parser took 010 for 10, and objects may still say it.
    private static string WithoutLeadingZeros(string text) =>
        text.Contains(':', StringComparison.Ordinal) ? text : string.Join('.', text.Split('.').Select(part => part.TrimStart('0') is { Length: > 0 } digits ? digits : "0"));

    [GeneratedRegex(@"^[0-9]{1,3}(\.[0-9]{1,3}){3}\z")]
    private static partial Regex DottedPattern();

    [GeneratedRegex(@"^[0-9]{1,3}\z")]
    private static partial Regex LengthPattern();
}
