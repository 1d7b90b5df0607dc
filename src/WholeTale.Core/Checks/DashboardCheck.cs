using System.Net;
using System.Text.RegularExpressions;

namespace WholeTale.Core.Checks;

/// <summary>The dashboard answers, and sends browsers to this Girder.</summary>
internal sealed partial class DashboardCheck : ICheck
{
    public string Name => "Dashboard";

    public async Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        using var http = context.Api.CreateServiceProxy(context.Namespace, "dashboard", "80");
        var (status, _) = await GetAsync(http, "", cancellationToken);
        if (status != HttpStatusCode.OK)
            return CheckOutcome.Fail($"the dashboard answers with {(int)status}", $"Look at its pod (Get-WholeTale) and its log ({context.LogOf("dashboard")}).");

        // Its entry point writes where Girder is into this file, from GIRDER_API_URL (whole-tale/ngx-dashboard, src/assets/env.template.js).
        (status, var text) = await GetAsync(http, "assets/env.js", cancellationToken);
        if (status != HttpStatusCode.OK || Address().Match(text) is not { Success: true } match)
            return CheckOutcome.Warn("the dashboard answers, and does not tell which Girder it uses", "This image of the dashboard is another than wholetale/ngx-dashboard: see that it uses GIRDER_API_URL.");
        var found = match.Groups["url"].Value;
        var wanted = $"https://girder.{context.Settings.Domain}/api/v1";
        return found.TrimEnd('/') == wanted
            ? CheckOutcome.Pass($"it answers and sends browsers to {found}")
            : CheckOutcome.Fail($"it sends browsers to {(found.Length == 0 ? "no Girder" : found)}, not to {wanted}", "Run Deploy-WholeTale with the settings that are in force now: it renews the dashboard.");
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    [GeneratedRegex(@"apiUrl\s*=\s*(['""])(?<url>.*?)\1")]
    private static partial Regex Address();
}
