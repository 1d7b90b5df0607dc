using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Gke;

namespace WholeTale.Simulator.Hosting;

/// <summary>The folder of one instance: its lock, and the files by which others find it. Only its owner can read them.</summary>
internal sealed class InstanceFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;
    private readonly FileStream _lock;
    private readonly List<string> _announced = ["simulator.json", "kubeconfig"];

    private InstanceFolder(string folder, FileStream held)
    {
        _folder = folder;
        _lock = held;
    }

    public string LogFile => Path.Combine(_folder, "simulator.log");

    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    /// <summary>Takes the folder; null while another process has it.</summary>
    public static InstanceFolder? TryTake(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        try
        {
            var held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            return new InstanceFolder(folder, held);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Writes a file that only its owner can read, whole or not at all.</summary>
    public void Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        var temporary = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, options))
            stream.Write(Encoding.UTF8.GetBytes(content));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Writes the kubeconfig and, last, the file that says that the instance is ready.</summary>
    public void Announce(string name, Uri endpoint, string token, string authorityPem, JsonObject description)
    {
        var certificate = Convert.ToBase64String(Encoding.UTF8.GetBytes(authorityPem));
        var quoted = JsonSerializer.Serialize(name);
        Write("kubeconfig", $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: {quoted}
              cluster:
                server: "{endpoint.AbsoluteUri.TrimEnd('/')}"
                certificate-authority-data: "{certificate}"
            users:
            - name: {quoted}
              user:
                token: "{token}"
            contexts:
            - name: {quoted}
              context:
                cluster: {quoted}
                user: {quoted}
            current-context: {quoted}

            """);
        Write("simulator.json", description.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
    }

    /// <summary>Writes the credentials of the simulated Google, and gives what the instance's description says of it.</summary>
    public JsonObject Announce(GoogleServer google)
    {
        var description = google.Describe();
        foreach (var (member, name, content) in google.Credentials(_folder))
        {
            Write(name, content);
            _announced.Add(name);
            description[member] = Path.Combine(_folder, name);
        }

        return description;
    }

    /// <summary>Takes back what was announced; the log stays.</summary>
    public void Dispose()
    {
        foreach (var name in _announced)
            File.Delete(Path.Combine(_folder, name));
        _lock.Dispose();
    }
}
