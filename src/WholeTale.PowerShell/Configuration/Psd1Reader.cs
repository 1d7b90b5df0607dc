using System.Globalization;
using System.Management.Automation.Language;
using System.Numerics;
using WholeTale.Core.Configuration;

namespace WholeTale.PowerShell.Configuration;

/// <summary>
/// Reads a psd1 file as data: PowerShell's parser makes a tree of it, and only plain values are taken from the tree. Nothing in the file is
/// ever run; anything that could be is refused, with file and line.
/// </summary>
internal sealed class Psd1Reader
{
    private readonly string path;
    private readonly bool isSecret;
    private readonly List<SettingProblem> problems = [];

    private Psd1Reader(string path, bool isSecret)
    {
        this.path = path;
        this.isSecret = isSecret;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">SettingsFile or SecretsFile.</param>
    /// <exception cref="SettingsException">It is missing, malformed, or holds more than data; all problems are said at once.</exception>
    internal static SettingsDocument Read(string path, string source)
    {
        var reader = new Psd1Reader(path, isSecret: source == "SecretsFile");
        var root = reader.ReadRoot(Load(path));
        return reader.problems.Count == 0 ? new SettingsDocument(path, source, root!) : throw new SettingsException(reader.problems);
    }

    private static string Load(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Refused("the file does not exist; correct the path.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Refused($"the file cannot be read ({exception.Message}); make it a file that this user may read.");
        }

        SettingsException Refused(string why) => new([new SettingProblem(path, 0, "", "", why)]);
    }

    private SettingsTable? ReadRoot(string text)
    {
        var script = Parser.ParseInput(text, path, out _, out var errors);
        foreach (var error in errors)
        {
            // The parser's words repeat what stands there, which may be a secret.
            Note(error.Extent, isSecret
                ? "the file is not valid PowerShell data; correct this line. What stands there is not shown, since it may be a secret."
                : $"the file is not valid PowerShell data: {error.Message.ReplaceLineEndings(" ")}");
        }
        if (errors.Length > 0)
            return null;

        var isPlain = script.ParamBlock is null && script.BeginBlock is null && script.ProcessBlock is null && script.DynamicParamBlock is null
            && script.UsingStatements.Count == 0 && script.EndBlock is { Traps: null or { Count: 0 } };
        if (isPlain && script.EndBlock.Statements.Count == 1 && Expression(script.EndBlock.Statements[0]) is HashtableAst table)
            return ReadTable(table);

        Ast? other = isPlain ? script.EndBlock.Statements.FirstOrDefault(statement => Expression(statement) is not HashtableAst) : script;
        Note(
            (other ?? script).Extent,
            isPlain && script.EndBlock.Statements.Count == 0 ? "the file is empty; it must hold one table: @{ ... }."
            : isPlain && other is null ? "the file holds more than one table; it must hold one: @{ ... }."
            : "the file must hold one table, @{ ... }, and nothing else.");
        return null;
    }

    private SettingsTable ReadTable(HashtableAst table)
    {
        var entries = new List<(string Key, int Line, SettingsNode Value)>();
        foreach (var (key, statement) in table.KeyValuePairs)
        {
            if (key is StringConstantExpressionAst { Value: var name })
                entries.Add((name, key.Extent.StartLineNumber, ReadStatement(statement)));
            else
                Note(key.Extent, "a key must be a plain name or a text in quotes.");
        }
        return new SettingsTable(entries, table.Extent.StartLineNumber);
    }

    private SettingsNode ReadStatement(StatementAst statement) =>
        Expression(statement) is { } expression ? ReadValue(expression) : Refuse(statement);

    private SettingsNode ReadValue(ExpressionAst expression)
    {
        var line = expression.Extent.StartLineNumber;
        return expression switch
        {
            HashtableAst table => ReadTable(table),
            StringConstantExpressionAst text => new SettingsScalar(text.Value, line),
            ConstantExpressionAst { Value: var value } => ReadNumber(value, expression),
            // PowerShell gives these three a fixed meaning.
            VariableExpressionAst { Splatted: false, VariablePath.UserPath: var name } when Constant(name) is (true, var value) => new SettingsScalar(value, line),
            UnaryExpressionAst { TokenKind: TokenKind.Minus, Child: ConstantExpressionAst { Value: int or long or double } number } =>
                new SettingsScalar(number.Value switch { int value => -value, long value => -value, var value => -(double)value }, line),
            ArrayLiteralAst list => new SettingsList([.. list.Elements.Select(ReadValue)], line),
            ArrayExpressionAst list => new SettingsList([.. list.SubExpression.Statements.SelectMany(ReadItems)], line),
            _ => Refuse(expression),
        };
    }

    // @( 'a', 'b' ) is one list, not a list in a list; so is a line an item.
    private IEnumerable<SettingsNode> ReadItems(StatementAst statement) => ReadStatement(statement) switch
    {
        SettingsList list when Expression(statement) is ArrayLiteralAst => list.Items,
        var item => [item],
    };

    private SettingsScalar ReadNumber(object? value, ExpressionAst expression) => value switch
    {
        int or long or double => new SettingsScalar(value, expression.Extent.StartLineNumber),
        sbyte or byte or short or ushort or uint => new SettingsScalar(Convert.ToInt64(value, CultureInfo.InvariantCulture), expression.Extent.StartLineNumber),
        decimal or ulong or float => new SettingsScalar(Convert.ToDouble(value, CultureInfo.InvariantCulture), expression.Extent.StartLineNumber),
        BigInteger big => new SettingsScalar((double)big, expression.Extent.StartLineNumber),
        _ => Refuse(expression),
    };

    private SettingsScalar Refuse(Ast ast)
    {
        Note(ast.Extent, "only texts in quotes, numbers, $true, $false, $null, lists and tables may stand here; nothing in a settings file is run, so write the value itself.");
        return new SettingsScalar(null, ast.Extent.StartLineNumber);
    }

    private void Note(IScriptExtent extent, string allowed) => problems.Add(new SettingProblem(path, extent.StartLineNumber, "", "", allowed));

    private static (bool Known, object? Value) Constant(string name) => name.ToUpperInvariant() switch
    {
        "TRUE" => (true, true),
        "FALSE" => (true, false),
        "NULL" => (true, null),
        _ => (false, null),
    };

    /// <summary>The expression that a statement consists of; null where it is more than that: a command, a pipe, a redirection, a loop.</summary>
    private static ExpressionAst? Expression(StatementAst statement) =>
        statement is PipelineAst { PipelineElements: [CommandExpressionAst { Redirections.Count: 0 } element] }
            // What follows the expression would be an & that sends it into the background.
            && element.Expression.Extent.EndOffset == statement.Extent.EndOffset
            ? element.Expression : null;
}
