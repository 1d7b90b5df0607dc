using System.Globalization;

namespace WholeTale.Simulator.Api;

/// <summary>A label selector: <c>a=b,c!=d,e in (f,g),h,!i</c>.</summary>
internal sealed class LabelSelector
{
    private readonly List<Requirement> _requirements = [];

    public static LabelSelector Everything { get; } = new();

    public bool MatchesAll => _requirements.Count == 0;

    /// <exception cref="ApiStatusException">It cannot be parsed (400).</exception>
    public static LabelSelector Parse(string? text)
    {
        var selector = new LabelSelector();
        if (string.IsNullOrWhiteSpace(text))
            return selector;
        var at = 0;
        while (true)
        {
            Skip(text, ref at);
            selector._requirements.Add(ParseOne(text, ref at));
            Skip(text, ref at);
            if (at >= text.Length)
                return selector;
            if (text[at] != ',')
                throw Refuse($"found '{Token(text, ref at)}', expected: ',' or 'end of string'");
            at++;
        }
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in _requirements)
        {
            if (!requirement.Matches(labels))
                return false;
        }

        return true;
    }

    private static Requirement ParseOne(string text, ref int at)
    {
        var negated = at < text.Length && text[at] == '!';
        if (negated)
            at++;
        Skip(text, ref at);
        var key = Word(text, ref at);
        if (key.Length == 0)
            throw Refuse($"found '{Token(text, ref at)}', expected: !, identifier, or 'end of string'");
        if (Validation.Names.QualifiedName(key) is { Count: > 0 } problems)
            throw Refuse($"key: Invalid value: \"{key}\": {string.Join("; ", problems)}", parsing: false);
        Skip(text, ref at);
        if (at >= text.Length || text[at] == ',')
            return new Requirement(key, negated ? Operator.DoesNotExist : Operator.Exists, []);
        if (negated)
            throw Refuse($"found '{Token(text, ref at)}', expected: ',' or 'end of string'");
        var sign = Sign(text, ref at);
        switch (sign)
        {
            case "=" or "==":
                return new Requirement(key, Operator.In, [Value(text, ref at)]);
            case "!=":
                return new Requirement(key, Operator.NotIn, [Value(text, ref at)]);
            case ">" or "<":
                var bound = Value(text, ref at);
                if (!long.TryParse(bound, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
                    throw Refuse($"values[0][{key}]: Invalid value: \"{bound}\": for 'Gt', 'Lt' operators, the value must be an integer", parsing: false);
                return new Requirement(key, sign == ">" ? Operator.Greater : Operator.Less, [bound]);
            case "in" or "notin":
                return new Requirement(key, sign == "in" ? Operator.In : Operator.NotIn, Values(text, ref at));
            default:
                throw Refuse($"found '{sign}', expected: in, notin, =, ==, !=, gt, lt");
        }
    }

    private static string Value(string text, ref int at)
    {
        Skip(text, ref at);
        var value = Word(text, ref at);
        if (Validation.Names.LabelValue(value) is { Count: > 0 } problems)
            throw Refuse($"values[0][]: Invalid value: \"{value}\": {string.Join("; ", problems)}", parsing: false);
        return value;
    }

    private static List<string> Values(string text, ref int at)
    {
        Skip(text, ref at);
        if (at >= text.Length || text[at] != '(')
            throw Refuse($"found '{Token(text, ref at)}' expected: '('");
        at++;
        var values = new List<string>();
        while (true)
        {
            values.Add(Value(text, ref at));
            Skip(text, ref at);
            if (at < text.Length && text[at] == ',')
            {
                at++;
                continue;
            }

            if (at < text.Length && text[at] == ')')
            {
                at++;
                return values;
            }

            throw Refuse($"found '{Token(text, ref at)}', expected: ',' or ')'");
        }
    }

    private static string Sign(string text, ref int at)
    {
        var start = at;
        if (text[at] is '=' or '!' or '<' or '>')
        {
            while (at < text.Length && text[at] is '=' or '!' or '<' or '>' && at - start < 2)
            {
                at++;
                if (text[start] is '<' or '>')
                    break;
                if (at < text.Length && text[at] != '=')
                    break;
            }

            return text[start..at];
        }

        return Word(text, ref at);
    }

    private static string Word(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] is not (' ' or ',' or '=' or '!' or '(' or ')' or '<' or '>' or '\t'))
            at++;
        return text[start..at];
    }

    private static string Token(string text, ref int at)
    {
        if (at >= text.Length)
            return "";
        var word = Word(text, ref at);
        return word.Length > 0 ? word : text[at].ToString();
    }

    private static void Skip(string text, ref int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
    }

    private static ApiStatusException Refuse(string problem, bool parsing = true) =>
        ApiStatusException.BadRequest(parsing ? "unable to parse requirement: " + problem : "unable to parse requirement: " + problem);

    private enum Operator
    {
        In,
        NotIn,
        Exists,
        DoesNotExist,
        Greater,
        Less,
    }

    private sealed record Requirement(string Key, Operator Operator, List<string> Values)
    {
        public bool Matches(IReadOnlyDictionary<string, string> labels)
        {
            var has = labels.TryGetValue(Key, out var value);
            return Operator switch
            {
                Operator.In => has && Values.Contains(value!),
                Operator.NotIn => !has || !Values.Contains(value!),
                Operator.Exists => has,
                Operator.DoesNotExist => !has,
                _ => has && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && (Operator == Operator.Greater
                        ? number > long.Parse(Values[0], CultureInfo.InvariantCulture)
                        : number < long.Parse(Values[0], CultureInfo.InvariantCulture)),
            };
        }
    }
}
