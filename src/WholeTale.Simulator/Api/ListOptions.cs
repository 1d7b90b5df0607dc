using System.Globalization;
using Microsoft.AspNetCore.Http;
using WholeTale.Simulator.Schema;
using WholeTale.Simulator.Validation;

namespace WholeTale.Simulator.Api;

/// <summary>The query of a list or watch.</summary>
internal sealed record ListOptions
{
    public required LabelSelector Labels { get; init; }

    public required FieldSelector Fields { get; init; }

    public long Limit { get; init; }

    public string Continue { get; init; } = "";

    public string ResourceVersion { get; init; } = "";

    public string ResourceVersionMatch { get; init; } = "";

    public bool AllowBookmarks { get; init; }

    public long? TimeoutSeconds { get; init; }

    public static ListOptions Read(IQueryCollection query, Kind kind, bool isWatch)
    {
        var options = new ListOptions
        {
            Limit = Number(query, "limit") ?? 0,
            Continue = query["continue"].ToString(),
            ResourceVersion = query["resourceVersion"].ToString(),
            ResourceVersionMatch = query["resourceVersionMatch"].ToString(),
            AllowBookmarks = Flag(query, "allowWatchBookmarks"),
            TimeoutSeconds = Number(query, "timeoutSeconds"),
            Fields = FieldSelector.Parse(query["fieldSelector"], kind),
            Labels = LabelSelector.Parse(query["labelSelector"]),
        };
        options.Check(isWatch);
        return options;
    }

    public bool Matches(Storage.StoredObject stored) => Labels.Matches(stored.Labels) && Fields.Matches(stored);

    internal static long? Number(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiStatusException.BadRequest($"strconv.ParseInt: parsing {GoSyntax.Quote(text)}: invalid syntax");
    }

    internal static bool Flag(IQueryCollection query, string name)
    {
        if (!query.TryGetValue(name, out var values))
            return false;
        // Convert_Slice_string_To_bool: anything but a clear no is a yes.
        return values.ToString().ToLowerInvariant() is not ("false" or "0");
    }

    private void Check(bool isWatch)
    {
        if (ResourceVersionMatch.Length == 0)
            return;
        var causes = new List<Cause>();
        // sendInitialEvents came with 1.27; before it, a watch takes no resourceVersionMatch at all, and informers list instead.
        if (isWatch)
            causes.Add(Cause.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch"));
        if (ResourceVersion.Length == 0)
            causes.Add(Cause.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        if (Continue.Length > 0)
            causes.Add(Cause.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
        if (ResourceVersionMatch is not ("Exact" or "NotOlderThan"))
            causes.Add(Cause.NotSupported("resourceVersionMatch", GoSyntax.Quote(ResourceVersionMatch), "Exact", "NotOlderThan", ""));
        if (ResourceVersionMatch == "Exact" && ResourceVersion == "0")
            causes.Add(Cause.Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));

        if (causes.Count > 0)
            throw Cause.Invalid("meta.k8s.io", "ListOptions", "", causes);
    }
}
