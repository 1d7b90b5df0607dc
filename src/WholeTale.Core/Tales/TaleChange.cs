using System.Text.Json.Nodes;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tales;

/// <summary>What is to change about a running tale; what is empty stays.</summary>
public sealed record TaleChange
{
    /// <summary>Another image.</summary>
    public string Image { get; init; } = "";

    /// <summary>Another memory limit, in docker's form or Kubernetes'.</summary>
    public string Memory { get; init; } = "";

    /// <summary>Another processor limit, a Kubernetes quantity.</summary>
    public string Cpu { get; init; } = "";

    /// <summary>The merge patch that brings it about; null where nothing would change.</summary>
    /// <exception cref="TaleException">It cannot be carried out.</exception>
    internal JsonObject? PatchOf(JsonObject deployment, TalePod tale)
    {
        // A merge patch replaces lists as a whole: the containers are sent as they are, but for what changes.
        var containers = (JsonArray?)deployment["spec"]?["template"]?["spec"]?["containers"]?.DeepClone() ?? [];
        var main = containers.OfType<JsonObject>().FirstOrDefault(container => (string?)container["name"] is "main" or "instance")
            ?? throw new TaleException("TaleInvalid", FailureKind.InvalidInput, tale.Name, $"The tale {tale} has no container that could be changed.", "Remove it and start it anew.");
        if (Image.Any(char.IsWhiteSpace) || UnsendableText.Find(Image) is not null)
            throw new TaleException("TaleInvalid", FailureKind.InvalidInput, tale.Name, $"The tale {tale} cannot get the image '{TaleTexts.Shown(Image)}'.", "Give a reference such as 'wholetale/jupyter:latest'.");
        var before = main.DeepClone();
        if (Image.Length > 0)
            main["image"] = Image;
        if (Memory.Length > 0)
            Limit(main, "memory", MemoryOf(tale));
        if (Cpu.Length > 0)
            Limit(main, "cpu", CpuOf(tale));
        if (JsonNode.DeepEquals(before, main))
            return null;
        return new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = containers } } } };
    }

    private static void Limit(JsonObject container, string resource, string? amount)
    {
        var resources = container["resources"] as JsonObject;
        if (resources is null)
            container["resources"] = resources = [];
        if (resources["limits"] is not JsonObject limits)
            resources["limits"] = limits = [];
        limits[resource] = amount;
        // A request above the limit would be refused; without one the limit counts as the request.
        (resources["requests"] as JsonObject)?.Remove(resource);
    }

    private string? MemoryOf(TalePod tale)
    {
        try
        {
            return TaleMemory.ToQuantity(Memory);
        }
        catch (FormatException exception)
        {
            throw new TaleException("TaleInvalid", FailureKind.InvalidInput, tale.Name, $"The tale {tale} cannot get the memory '{Memory}': {exception.Message}.", "Give one such as '2048m', '2g' or '2Gi'.");
        }
    }

    private string CpuOf(TalePod tale) => Quantity.TryParse(Cpu, out var amount) && amount > 0
        ? Cpu
        : throw new TaleException("TaleInvalid", FailureKind.InvalidInput, tale.Name, $"The tale {tale} cannot get '{Cpu}' processors.", "Give a quantity such as '500m' or '2'.");
}
