using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WholeTale.Core.Configuration;

namespace WholeTale.Core.Tales;

/// <summary>A request that has been checked, with the names that its objects get.</summary>
internal sealed partial record TalePlan
{
    /// <summary>The environment variable that holds the token, so that it stands in the Secret alone and not in the pod's command.</summary>
    public const string TokenVariable = "WT_TALE_TOKEN";

    private const string NameLetters = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>The request.</summary>
    public required TaleRequest Request { get; init; }

    /// <summary>The instance's id.</summary>
    public required string InstanceId { get; init; }

    /// <summary>What all its objects are called.</summary>
    public required string Name { get; init; }

    /// <summary>The host name it is reached by.</summary>
    public required string Host { get; init; }

    /// <summary>What guards it.</summary>
    public required Secret Token { get; init; }

    /// <summary>The port it listens on.</summary>
    public required int Port { get; init; }

    /// <summary>Where the workspace is mounted.</summary>
    public required string MountPoint { get; init; }

    /// <summary>The command's words, as Kubernetes is to read them; empty for the image's own.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The environment, as Kubernetes is to read it.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; }

    /// <summary>Memory as a Kubernetes quantity; null for no limit.</summary>
    public required string? Memory { get; init; }

    /// <summary>Checks a request and makes names for it.</summary>
    /// <exception cref="TaleException">The request cannot be carried out.</exception>
    public static TalePlan For(TaleRequest request, Settings settings)
    {
        TaleTexts.Check(request);
        Require(request.Image.Length > 0 && !request.Image.Any(char.IsWhiteSpace), request, "Image", request.Image, "Give a reference such as 'wholetale/jupyter:latest'.");
        var port = request.Port ?? TaleRequest.DefaultPort;
        Require(port is >= 1 and <= 65535, request, "Port", port.ToString(CultureInfo.InvariantCulture), "Give a number from 1 to 65535.");
        var mountPoint = request.MountPoint.Length > 0 ? request.MountPoint : TaleRequest.DefaultMountPoint;
        Require(mountPoint.StartsWith('/') && !mountPoint.Contains(':', StringComparison.Ordinal), request, "MountPoint", mountPoint, "Give an absolute path without a colon.");
        Require(request.Cpu.Length == 0 || (Quantity.TryParse(request.Cpu, out var cpu) && cpu > 0), request, "Cpu", request.Cpu, "Give a quantity such as '500m' or '2'.");
        Require(request.CpuShares >= 0, request, "CpuShares", request.CpuShares.ToString(CultureInfo.InvariantCulture), "Give 0 or more.");
        Require(request.Gpus >= 0, request, "Gpus", request.Gpus.ToString(CultureInfo.InvariantCulture), "Give 0 or more.");

        var suffix = RandomNumberGenerator.GetString(NameLetters, 12);
        return new TalePlan
        {
            Request = request,
            InstanceId = request.InstanceId.Length > 0 ? request.InstanceId : Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)),
            Name = $"tale-{suffix}",
            Host = $"tmp-{suffix}.{settings.Domain}",
            Token = new Secret(Guid.NewGuid().ToString("N")),
            Port = port,
            MountPoint = mountPoint,
            Command = CommandOf(request, port),
            Environment = EnvironmentOf(request),
            Memory = MemoryOf(request, settings.Tales.DefaultMemory),
        };
    }

    private static List<string> CommandOf(TaleRequest request, int port)
    {
        IReadOnlyList<string> words;
        try
        {
            words = CommandLine.Split(request.Command);
        }
        catch (FormatException exception)
        {
            throw Invalid(request, "Command", request.Command, $"{Capital(exception.Message)}; close it or quote it.");
        }
        return [.. words.Select(word => Placeholder().Replace(Expansion.Escape(word), match => match.Value switch
        {
            "{port}" => port.ToString(CultureInfo.InvariantCulture),
            "{token}" => $"$({TokenVariable})",
            "{ip}" => "0.0.0.0",
            _ => "",
        }))];
    }

    // Split at the first '=': a value may hold more. Kubernetes' list of variables is keyed by name, so that equal ones would be refused.
    private static List<KeyValuePair<string, string>> EnvironmentOf(TaleRequest request)
    {
        var variables = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in request.Environment)
        {
            var equals = variable.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || !VariableName().IsMatch(variable[..equals]))
                throw Invalid(request, "Environment", equals < 1 ? variable : variable[..equals], "Give NAME=value, where NAME is of letters, digits, '_', '-' and '.' and does not begin with a digit.");
            variables[variable[..equals]] = Expansion.Escape(variable[(equals + 1)..]);
        }
        return [.. variables];
    }

    private static string? MemoryOf(TaleRequest request, string otherwise)
    {
        try
        {
            return TaleMemory.ToQuantity(request.Memory.Length > 0 ? request.Memory : otherwise);
        }
        catch (FormatException exception)
        {
            throw Invalid(request, "Memory", request.Memory, $"{Capital(exception.Message)}: give one such as '2048m' or '2g' (docker's) or '2Gi' (Kubernetes').");
        }
    }

    private static void Require(bool holds, TaleRequest request, string property, string found, string advice)
    {
        if (!holds)
            throw Invalid(request, property, found, advice);
    }

    private static TaleException Invalid(TaleRequest request, string property, string found, string advice)
    {
        var tale = TaleTexts.Shown(request.ToString());
        return new TaleException("TaleInvalid", FailureKind.InvalidInput, tale, $"The tale '{tale}' cannot be started: its {property} is '{TaleTexts.Shown(found)}'.", advice);
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    [GeneratedRegex(@"\{(?:port|token|base_path|ip)\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\A[-._a-zA-Z][-._a-zA-Z0-9]*\z")]
    private static partial Regex VariableName();
}
