using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WholeTale.Core.Deployment;

/// <summary>The log of a run: one JSON object a line, without secrets. A log that cannot be written ends nothing.</summary>
internal sealed class DeployLog : IDisposable
{
    private const int KeptFiles = 10;
    private const string Stamp = "yyyyMMdd'T'HHmmss'Z'";
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock gate = new();
    private readonly string cluster;
    private readonly TimeProvider time;
    private readonly Func<string, string> redact;
    private readonly ArrayBufferWriter<byte> line = new();
    private readonly Utf8JsonWriter json;
    private FileStream? file;

    private DeployLog(FileStream? file, string cluster, TimeProvider time, Func<string, string> redact)
    {
        this.file = file;
        this.cluster = cluster;
        this.time = time;
        this.redact = redact;
        json = new Utf8JsonWriter(line, Readable);
    }

    /// <summary>A log that keeps nothing.</summary>
    internal static DeployLog None { get; } = new(null, "", TimeProvider.System, text => text);

    /// <summary>Opens the file that the caller chose; else a new one in a folder (0700, the file 0600), where the cluster's oldest beyond ten are deleted; null for no log.</summary>
    /// <exception cref="DeploymentException">The file that the caller chose cannot be written.</exception>
    internal static DeployLog Open(string? path, string? folder, string name, TimeProvider time, Func<string, string> redact)
    {
        if (path is not null)
            return OpenFile(path, name, time, redact);
        if (folder is null)
            return None;
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var prefix = $"{SafeName(name)}-";
            foreach (var old in Directory.GetFiles(folder, "*.jsonl").Where(file => IsOf(prefix, file)).OrderDescending(StringComparer.Ordinal).Skip(KeptFiles - 1))
                File.Delete(old);
            return new DeployLog(Append(Path.Combine(folder, $"{prefix}{time.GetUtcNow().ToString(Stamp, CultureInfo.InvariantCulture)}.jsonl")), name, time, redact);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return None;
        }
    }

    // Names are contexts of kubeconfigs as well, and may hold anything (an EKS cluster's ARN, OpenShift's server and user). What one of the file systems forbids, takes for a device (con.x) or does not tell
    // apart (capitals) is written as URLs write it, so that no two names become one.
    private static string SafeName(string name)
    {
        var safe = new StringBuilder();
        foreach (var unit in Encoding.UTF8.GetBytes(name))
        {
            if (char.IsAsciiLetterLower((char)unit) || char.IsAsciiDigit((char)unit) || unit is (byte)'-' or (byte)'_')
                safe.Append((char)unit);
            else
                safe.Append(CultureInfo.InvariantCulture, $"%{unit:X2}");
        }

        return safe.ToString();
    }

    // wholetale-dev's are none of wholetale's.
    private static bool IsOf(string prefix, string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        return name.StartsWith(prefix, StringComparison.Ordinal)
            && DateTime.TryParseExact(name.AsSpan(prefix.Length), Stamp, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
    }

    private static DeployLog OpenFile(string path, string name, TimeProvider time, Func<string, string> redact)
    {
        try
        {
            return new DeployLog(Append(path), name, time, redact);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentException(
                "LogUnwritable", FailureKind.InvalidInput, path, $"The log cannot be written to {path}: {exception.Message.TrimEnd('.')}. Nothing has been deployed.",
                "Name a file in a folder that exists and may be written to.", exception);
        }
    }

    private static FileStream Append(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    /// <summary>Writes a line.</summary>
    internal void Write(string what, string component, string subject, string result)
    {
        if (file is null)
            return;
        (subject, result) = (redact(subject), redact(result));
        lock (gate)
        {
            // The log may have ended meanwhile.
            if (file is null)
                return;
            line.ResetWrittenCount();
            json.Reset();
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow());
            json.WriteString("event", what);
            json.WriteString("cluster", cluster);
            if (component.Length > 0)
                json.WriteString("component", component);
            json.WriteString("subject", subject);
            json.WriteString("result", result);
            json.WriteEndObject();
            json.Flush();
            line.Write("\n"u8);
            try
            {
                file.Write(line.WrittenSpan);
            }
            catch (IOException)
            {
                file.Dispose();
                file = null;
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            json.Dispose();
            file?.Dispose();
            file = null;
        }
    }
}
