using System.Text.Json.Nodes;

namespace WholeTale.Simulator.Girder;

/// <summary><c>/oauth</c>: where users log in by Globus.</summary>
internal static class OAuthRoutes
{
    public static IReadOnlyList<GirderRoute> All { get; } = [new("GET", "oauth/provider", GirderAccess.Public, Providers, "oauth")];

    private static JsonObject Providers(GirderCall call)
    {
        var redirect = call.Required("redirect");
        var enabled = SettingRules.Read(call.Database, call.Process, "oauth.providers_enabled") as JsonArray ?? [];
        var answer = new JsonObject();
        if (enabled.Any(provider => (string?)provider == "globus"))
        {
            var client = (string?)SettingRules.Read(call.Database, call.Process, "oauth.globus_client_id");
            if (string.IsNullOrEmpty(client))
                throw GirderFault.Internal("Exception: No Globus client ID setting is present.");
            answer["Globus"] = $"https://auth.globus.org/v2/oauth2/authorize?response_type=code&client_id={Uri.EscapeDataString(client)}&state={Uri.EscapeDataString(redirect)}";
        }
        return answer;
    }
}
