using System.Formats.Tar;

namespace WholeTale.Simulator.Kubelet;

/// <summary>The two uses of tar that <c>kubectl cp</c> makes: <c>tar cf - PATH</c> and <c>tar -xmf - -C DIR</c>.</summary>
internal static class Tar
{
    public static ShellResult Run(IReadOnlyList<string> arguments, ShellContext context)
    {
        var flags = (arguments.Count > 0 ? arguments[0] : "").TrimStart('-');
        if (flags.Contains('x', StringComparison.Ordinal))
            return Extract(arguments, context);
        return flags.Contains('c', StringComparison.Ordinal)
            ? Create(arguments, context)
            : new ShellResult("", "tar: only creating to and extracting from '-' are simulated\n", 2);
    }

    private static ShellResult Create(IReadOnlyList<string> arguments, ShellContext context)
    {
        using var output = new MemoryStream();
        var found = false;
        using (var writer = new TarWriter(output, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach (var path in arguments.Skip(1).Where(argument => !argument.StartsWith('-')))
            {
                var files = context.Below(path).ToList();
                if (files.Count == 0 && context.Read(path) is { } mounted)
                    files.Add((context.Absolute(path), mounted));
                foreach (var (name, content) in files)
                {
                    found = true;
                    // Without the leading slash, as tar writes members.
                    writer.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name.TrimStart('/'))
                    {
                        DataStream = new MemoryStream(content),
                        ModificationTime = context.Now,
                        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
                    });
                }
            }
        }

        return found
            ? new ShellResult("", "", 0) { Output = output.ToArray() }
            : new ShellResult("", $"tar: {arguments[^1]}: No such file or directory\ntar: error exit delayed from previous errors\n", 1);
    }

    private static ShellResult Extract(IReadOnlyList<string> arguments, ShellContext context)
    {
        var at = arguments.ToList().IndexOf("-C");
        var folder = at >= 0 && at + 1 < arguments.Count ? arguments[at + 1] : context.WorkingDirectory;
        try
        {
            using var input = new MemoryStream(context.Input);
            using var reader = new TarReader(input);
            while (reader.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                    continue;
                using var content = new MemoryStream();
                entry.DataStream?.CopyTo(content);
                if (!context.Write(folder + "/" + entry.Name, content.ToArray()))
                    return new ShellResult("", $"tar: {entry.Name}: Cannot write: No space left on device\n", 2);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException)
        {
            return new ShellResult("", "tar: invalid tar magic\n", 1);
        }

        return new ShellResult("", "", 0) { ReadsInput = true };
    }
}
