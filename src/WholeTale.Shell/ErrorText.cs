using System.Management.Automation;

namespace WholeTale.Shell;

/// <summary>Puts an error into lines for a person: what failed, where in the script, what to do.</summary>
internal static class ErrorText
{
    internal static IEnumerable<string> Lines(ErrorRecord error)
    {
        if (error.Exception is ParseException { Errors.Length: > 0 } parse)
        {
            foreach (var problem in parse.Errors)
            {
                yield return $"{problem.Message}";
                foreach (var line in Position(problem.Extent.File, problem.Extent.StartLineNumber, problem.Extent.StartScriptPosition.Line))
                    yield return line;
            }

            yield break;
        }

        var message = (error.ErrorDetails?.Message is { Length: > 0 } details ? details : error.Exception.Message).Trim();
        var command = error.InvocationInfo?.MyCommand?.Name;
        var isScript = command is null || command.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase);
        yield return isScript ? message : $"{command}: {message}";
        if (error.InvocationInfo is { } invocation)
        {
            foreach (var line in Position(invocation.ScriptName, invocation.ScriptLineNumber, invocation.Line))
                yield return line;
        }

        // Our own messages end with it already.
        if (error.ErrorDetails?.RecommendedAction is { Length: > 0 } action && !message.Contains(action, StringComparison.Ordinal))
            yield return $"  -> {action}";
    }

    private static IEnumerable<string> Position(string? file, int line, string? text)
    {
        if (string.IsNullOrEmpty(file))
            yield break;
        yield return $"  at {file}:{line}";
        if (text?.Trim() is { Length: > 0 } statement)
            yield return $"     {statement}";
    }
}
