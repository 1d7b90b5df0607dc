using System.Text.RegularExpressions;

namespace WholeTale.Core.Configuration;

/// <summary>A text of a known form.</summary>
internal sealed class FormAttribute(Form form) : RuleAttribute
{
    /// <summary>The form.</summary>
    public Form Form { get; } = form;

    public override string Allowed => Rule.Allowed;

    public override object? Accept(object value) =>
        value is string text && text.Length <= Rule.Longest && Regex.IsMatch(text, $@"\A(?:{Rule.Pattern})\z", RegexOptions.CultureInvariant) ? text : null;

    private (string Pattern, int Longest, string Allowed) Rule => Form switch
    {
        // RFC 1123, as Kubernetes reads it: namespaces and Services are labels, most other names are subdomains.
        Form.DnsLabel => (Label, 63, "a DNS label: at most 63 small letters, digits and '-', beginning and ending with a letter or digit"),
        Form.DnsSubdomain => ($@"{Label}(?:\.{Label})*", 253, "a DNS name: small letters, digits, '-' and '.'"),
        // Longer ones leave no room for tmp-xxxxxxxxxxxx. in a host name of 253 letters.
        Form.Domain => ($@"{Label}(?:\.{Label})+", 220, "a domain of at least two parts in small letters, such as wholetale.example.org, without https:// and without '*'"),
        Form.Image => (Image, 255, "an image reference, such as registry.example.org/folder/name:tag"),
        Form.GoogleProject => ("(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]", 100, "a Google Cloud project's id: 6 to 30 small letters, digits and '-'"),
        Form.GoogleLocation => ("[a-z]+-[a-z]+[0-9]+(?:-[a-z])?", 63, "a zone or region, such as us-central1-a or europe-west1"),
        Form.KubernetesVersion => (@"v?1\.[0-9]+(?:\.[0-9]+)?|stable|latest", 20, "a Kubernetes version, such as 'v1.33.1'"),
        Form.GkeVersion => (@"1\.[0-9]+(?:\.[0-9]+(?:-gke\.[0-9]+)?)?|latest", 40, "a version of GKE, such as '1.33', '1.33.4-gke.1036000' or 'latest'"),
        Form.GoogleResource => ("(?:[a-z0-9.:/-]+/)?[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?", 300, "a resource's name, such as 'default' or 'projects/P/global/networks/N'"),
        Form.GoogleServiceAccount => (@"[a-z0-9.-]+@[a-z0-9.-]+\.[a-z]+", 254, "a service account's e-mail address"),
        Form.GoogleSecretVersion => ("projects/[^/]+/secrets/[^/]+/versions/[^/]+", 300, "a secret's version, such as 'projects/P/secrets/S/versions/1'"),
        // Labels of Google's resources: https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels#requirements
        Form.GoogleLabel => (@"[\p{Ll}\p{Lo}\p{N}_-]{0,63}", 63, "a label's value: at most 63 small letters, digits, '_' and '-'"),
        Form.Cidr => (@"(?:[0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}", 18, "a range of addresses, such as '203.0.113.0/24'"),
        Form.HttpsAddress => (@"https://[^\s/?#@]+/?", 300, "an https address without a path"),
        Form.Word => ("[A-Za-z0-9][A-Za-z0-9_.-]*", 100, "a word of letters, digits, '_', '-' and '.'"),
        Form.Name => (@"[^\p{C}]*\S[^\p{C}]*", 100, "a name"),
        Form.Email => (@"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w+", 254, "an e-mail address"),
        // girder: constants.py, and the seed's own deployment, agree on this form.
        Form.GirderLogin => (@"[a-z][\da-z.-]{3,}", 100, "a login of Girder's form: at least 4 small letters, digits, '-' and '.', beginning with a letter"),
        // A colon ends the name in a line of htpasswd.
        Form.RegistryUser => ("[A-Za-z0-9_.-]+", 100, "a user name of letters, digits, '_', '-' and '.'"),
        Form.QualifiedName => ($@"(?:{Label}(?:\.{Label})*/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{{0,61}}[A-Za-z0-9])?", 317, "a name of Kubernetes' form, such as example.org/name"),
        Form.Annotation => (@"[^\0]*", 200_000, "a text"),
        _ => throw new ArgumentOutOfRangeException(nameof(Form), Form, null),
    };

    private const string Label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

    // distribution/reference: a first part with a dot, a colon or 'localhost' is a host; then small letters.
    private const string Part = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private const string Host = @"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+(?::[0-9]+)?|[A-Za-z0-9-]+:[0-9]+|localhost)/";
    private const string Image = $"(?:{Host})?{Part}(?:/{Part})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?(?:@sha256:[0-9a-f]{{64}})?";
}

/// <summary>The forms of text that settings have.</summary>
internal enum Form
{
    DnsLabel,
    DnsSubdomain,
    Domain,
    Image,
    GoogleProject,
    GoogleLocation,
    KubernetesVersion,
    GkeVersion,
    GoogleResource,
    GoogleServiceAccount,
    GoogleSecretVersion,
    GoogleLabel,
    Cidr,
    HttpsAddress,
    Word,
    Name,
    Email,
    GirderLogin,
    RegistryUser,
    QualifiedName,
    Annotation,
}
