using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using WholeTale.Core.Access;
using WholeTale.Core.Certificates;

namespace WholeTale.Core.Checks;

/// <summary>The ingress shows, for a host, the certificate that was configured, and it is good for some days more.</summary>
/// <param name="host">The host.</param>
internal sealed class TlsCheck(string host) : ICheck
{
    public string Name => $"Tls {host}";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (await context.IngressAsync(cancellationToken) is not { Addresses: [var address, ..] } ingress)
            return CheckOutcome.Skip("the ingress has no address to connect to");
        PresentedCertificate shown;
        try
        {
            shown = await context.Outside.GetCertificateAsync(address, host, isJudged: true, cancellationToken);
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException)
        {
            return CheckOutcome.Fail($"no TLS at {address}: {exception.Message.TrimEnd('.')}", "See that the ingress controller runs, and that no firewall stands before it.");
        }

        return Judge(shown, await ingress.FindFingerprintAsync(context.Api, context.Namespace, _ => null, cancellationToken), context);
    }

    private CheckOutcome Judge(PresentedCertificate shown, string? configured, CheckContext context)
    {
        var now = context.Time.GetUtcNow();
        var days = (int)(shown.NotAfter - now).TotalDays;
        var seen = string.Create(CultureInfo.InvariantCulture, $"{shown.Subject} is valid until {shown.NotAfter.UtcDateTime:yyyy-MM-dd}, {days} {(days == 1 ? "day" : "days")}");
        if (!HostName.IsCovered(host, shown.Names))
            return CheckOutcome.Fail($"the certificate is for {string.Join(", ", shown.Names)}", "See that the ingress uses the Secret with the site's certificate, and that no other ingress claims the host.");
        if (shown.NotAfter <= now)
            return CheckOutcome.Fail($"the certificate expired on {shown.NotAfter.UtcDateTime:yyyy-MM-dd}", "Renew it and run Deploy-WholeTale.");
        if (shown.NotBefore > now)
            return CheckOutcome.Fail($"the certificate is valid only from {shown.NotBefore.UtcDateTime:yyyy-MM-dd} on", "Set the clocks right, or wait until then.");
        if (configured is not null && configured != shown.Fingerprint)
            return CheckOutcome.Fail($"{seen} left; it is not the certificate that was configured", "Wait some minutes for the ingress controller to take it over, then look at the controller's log.");
        if (days < context.Settings.Certificate.WarnDays)
            return CheckOutcome.Warn($"{seen} left", "Renew it and run Deploy-WholeTale.");
        return shown.IsTrusted
            ? CheckOutcome.Pass($"{seen} left")
            : CheckOutcome.Warn($"{seen} left; browsers do not know who issued it", "For more than trying things out, give a certificate of a known authority (setting Certificate.Source).");
    }
}
