using System.Globalization;

namespace WholeTale.Simulator.Hosting;

/// <summary>What the command line asks for.</summary>
internal sealed record ServeOptions
{
    public const string Usage =
        "usage: WholeTale.Simulator serve --name NAME --folder DIR [--port N] [--nodes N] [--delays realistic|none] [--faults FILE] [--gke] [--detached]";

    /// <summary>The instance's name: that of its cluster, user and context in the kubeconfig.</summary>
    public required string Name { get; init; }

    /// <summary>The instance's own folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The port on loopback; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>Simulated nodes; with 0 nothing is scheduled and pods stay Pending.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>Whether pods, volumes and addresses take a believable time.</summary>
    public bool Delays { get; init; } = true;

    /// <summary>A JSON file of fault rules; null for none.</summary>
    public string? Faults { get; init; }

    /// <summary>Whether to simulate Google's Kubernetes Engine as well.</summary>
    public bool Gke { get; init; }

    /// <summary>Whether to run without the starter's handshake.</summary>
    public bool Detached { get; init; }

    /// <exception cref="ArgumentException">The words are not of the usage's form.</exception>
    public static ServeOptions Parse(IReadOnlyList<string> words)
    {
        if (words.Count == 0 || words[0] != "serve")
            throw new ArgumentException(Usage);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 1; i < words.Count; i++)
        {
            if (words[i] is "--detached" or "--gke")
                values[words[i]] = "true";
            else if (words[i] is "--name" or "--folder" or "--port" or "--nodes" or "--delays" or "--faults" && i + 1 < words.Count)
                values[words[i]] = words[++i];
            else
                throw new ArgumentException($"The option {words[i]} is not known or lacks its value. {Usage}");
        }

        return new ServeOptions
        {
            Name = Required("--name"),
            Folder = Path.GetFullPath(Required("--folder")),
            Port = Number("--port", 0, 65535, 0),
            Nodes = Number("--nodes", 3, 1000, 0),
            Delays = values.GetValueOrDefault("--delays", "realistic") switch
            {
                "realistic" => true,
                "none" => false,
                var other => throw new ArgumentException($"--delays is {other}: it must be realistic or none."),
            },
            Faults = values.GetValueOrDefault("--faults"),
            Gke = values.ContainsKey("--gke"),
            Detached = values.ContainsKey("--detached"),
        };

        string Required(string name) => values.TryGetValue(name, out var value) ? value : throw new ArgumentException($"{name} is missing. {Usage}");

        int Number(string name, int otherwise, int most, int least) => !values.TryGetValue(name, out var text) ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : throw new ArgumentException($"{name} is {text}: it must be a number from {least} to {most}.");
    }
}
