namespace WholeTale.Simulator.Gke.Identity;

/// <summary>The metadata server of Google's machines, which tells who the machine is to those who ask as its programs do.</summary>
internal sealed class MetadataServer(GoogleTokens tokens)
{
    private const string Flavor = "Metadata-Flavor";
    private const string Root = "/computeMetadata/v1/";

    public static bool Serves(string path) => path == "/" || path.StartsWith(Root, StringComparison.Ordinal);

    public Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers[Flavor] = "Google";
        if (context.Request.Headers[Flavor] != "Google")
            return WriteAsync(context, 403, "Missing Metadata-Flavor:Google header.");
        return context.Request.Path.Value switch
        {
            "/" => WriteAsync(context, 200, "computeMetadata/\n"),
            Root + "project/project-id" => WriteAsync(context, 200, SimulatedProject.Id),
            Root + "project/numeric-project-id" => WriteAsync(context, 200, SimulatedProject.Number),
            Root + "instance/service-accounts/default/email" => WriteAsync(context, 200, GoogleAccounts.ServiceAccount),
            Root + "instance/service-accounts/default/token" => OAuthAnswer.WriteAsync(context, 200, OAuthAnswer.Token(tokens, GoogleAccounts.ServiceAccount)),
            Root + "universe/universe-domain" => WriteAsync(context, 200, "googleapis.com"),
            _ => WriteAsync(context, 404, "Not Found"),
        };
    }

    private static Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/text";
        context.Response.Headers.ContentLength = text.Length;
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
