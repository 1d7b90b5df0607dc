using System.Text;

namespace WholeTale.Simulator.Api;

/// <summary>
/// Finds what Go's encoding/json finds wrong with a text, in its words. It runs only over texts that a real parser has refused.
/// </summary>
internal ref struct GoJsonScanner(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    /// <summary>The first problem; null when there is none.</summary>
    public static string? Problem(ReadOnlySpan<byte> utf8)
    {
        var scanner = new GoJsonScanner(utf8);
        return scanner.Value("looking for beginning of value") ?? scanner.End();
    }

    private string? End()
    {
        Space();
        return _at < _text.Length ? Found("after top-level value") : null;
    }

    private string? Value(string context)
    {
        Space();
        if (_at >= _text.Length)
            return Ended;
        switch ((char)_text[_at])
        {
            case '{':
                return Object();
            case '[':
                return Array();
            case '"':
                return String();
            case 't':
                return Literal("true");
            case 'f':
                return Literal("false");
            case 'n':
                return Literal("null");
            case '-' or (>= '0' and <= '9'):
                return Number();
            default:
                return Found(context);
        }
    }

    private string? Object()
    {
        _at++;
        Space();
        if (Take('}'))
            return null;
        while (true)
        {
            Space();
            if (_at >= _text.Length)
                return Ended;
            if (_text[_at] != '"')
                return Found("looking for beginning of object key string");
            if (String() is { } broken)
                return broken;
            Space();
            if (!Take(':'))
                return _at >= _text.Length ? Ended : Found("after object key");
            if (Value("looking for beginning of value") is { } problem)
                return problem;
            Space();
            if (Take('}'))
                return null;
            if (!Take(','))
                return _at >= _text.Length ? Ended : Found("after object key:value pair");
        }
    }

    private string? Array()
    {
        _at++;
        Space();
        if (Take(']'))
            return null;
        while (true)
        {
            if (Value("looking for beginning of value") is { } problem)
                return problem;
            Space();
            if (Take(']'))
                return null;
            if (!Take(','))
                return _at >= _text.Length ? Ended : Found("after array element");
        }
    }

    private string? String()
    {
        for (_at++; _at < _text.Length; _at++)
        {
            switch (_text[_at])
            {
                case (byte)'"':
                    _at++;
                    return null;
                case (byte)'\\':
                    _at++;
                    if (_at >= _text.Length)
                        return Ended;
                    if (_text[_at] != 'u')
                    {
                        if (!"bfnrt\\/\""u8.Contains(_text[_at]))
                            return Found("in string escape code");
                        break;
                    }

                    for (var digits = 0; digits < 4; digits++)
                    {
                        _at++;
                        if (_at >= _text.Length)
                            return Ended;
                        if (!char.IsAsciiHexDigit((char)_text[_at]))
                            return Found("in \\u hexadecimal character escape");
                    }

                    break;
                case < 0x20:
                    return Found("in string literal");
            }
        }

        return Ended;
    }

    private string? Literal(string literal)
    {
        for (var letter = 1; letter < literal.Length; letter++)
        {
            _at++;
            if (_at >= _text.Length)
                return Ended;
            if (_text[_at] != literal[letter])
                return Found($"in literal {literal} (expecting '{literal[letter]}')");
        }

        _at++;
        return null;
    }

    private string? Number()
    {
        if (Take('-') && !IsDigit)
            return _at >= _text.Length ? Ended : Found("in numeric literal");
        if (!Take('0'))
            Digits();
        if (Take('.'))
        {
            if (!IsDigit)
                return _at >= _text.Length ? Ended : Found("after decimal point in numeric literal");
            Digits();
        }

        if (Take('e') || Take('E'))
        {
            _ = Take('+') || Take('-');
            if (!IsDigit)
                return _at >= _text.Length ? Ended : Found("in exponent of numeric literal");
            Digits();
        }

        return null;
    }

    private readonly bool IsDigit => _at < _text.Length && char.IsAsciiDigit((char)_text[_at]);

    private static string Ended => "unexpected end of JSON input";

    private void Digits()
    {
        while (IsDigit)
            _at++;
    }

    private void Space()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            _at++;
    }

    private bool Take(char wanted)
    {
        if (_at >= _text.Length || _text[_at] != wanted)
            return false;
        _at++;
        return true;
    }

    // quoteChar: a byte is shown as the character of that number.
    private readonly string Found(string context)
    {
        var c = (char)_text[_at];
        var shown = c switch
        {
            '\'' => "'\\''",
            '"' => "'\"'",
            '\n' => "'\\n'",
            '\t' => "'\\t'",
            '\r' => "'\\r'",
            _ when char.IsControl(c) => c < 0x80 ? $"'\\x{(int)c:x2}'" : $"'\\u{(int)c:x4}'",
            _ => $"'{c}'",
        };
        return $"invalid character {shown} {context}";
    }
}
