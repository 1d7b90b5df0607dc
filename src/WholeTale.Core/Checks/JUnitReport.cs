using System.Globalization;
using System.Text;
using System.Xml;

namespace WholeTale.Core.Checks;

/// <summary>Writes checks as JUnit's XML, which CI systems show as tests. It knows no warnings: those pass, with their text as output.</summary>
public static class JUnitReport
{
    /// <summary>Writes a suite.</summary>
    /// <param name="suite">The suite's name, e.g. the cluster's.</param>
    /// <param name="checks">The checks.</param>
    public static string Write(string suite, IReadOnlyCollection<Check> checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, NewLineChars = "\n", CheckCharacters = false }))
        {
            writer.WriteStartElement("testsuites");
            writer.WriteStartElement("testsuite");
            writer.WriteAttributeString("name", Clean(suite));
            writer.WriteAttributeString("tests", Number(checks.Count));
            writer.WriteAttributeString("failures", Number(checks.Count(check => check.Result == CheckResult.Fail)));
            writer.WriteAttributeString("skipped", Number(checks.Count(check => check.Result == CheckResult.Skip)));
            writer.WriteAttributeString("time", Seconds(checks.Aggregate(TimeSpan.Zero, (longest, check) => check.Duration > longest ? check.Duration : longest)));
            foreach (var check in checks)
                WriteCase(writer, check);
            writer.WriteEndElement();
            writer.WriteEndElement();
        }

        return text.ToString();
    }

    private static void WriteCase(XmlWriter writer, Check check)
    {
        writer.WriteStartElement("testcase");
        writer.WriteAttributeString("classname", "WholeTale");
        writer.WriteAttributeString("name", Clean(check.Name));
        writer.WriteAttributeString("time", Seconds(check.Duration));
        var words = Clean(check.Advice.Length > 0 ? $"{check.Seen}. {check.Advice}" : check.Seen);
        switch (check.Result)
        {
            case CheckResult.Fail:
                writer.WriteStartElement("failure");
                writer.WriteAttributeString("message", Clean(check.Seen));
                writer.WriteString(words);
                writer.WriteEndElement();
                break;
            case CheckResult.Skip:
                writer.WriteStartElement("skipped");
                writer.WriteAttributeString("message", words);
                writer.WriteEndElement();
                break;
            default:
                writer.WriteElementString("system-out", check.Result == CheckResult.Warn ? $"Warning: {words}" : words);
                break;
        }

        writer.WriteEndElement();
    }

    // XML 1.0 has no place for control characters, which a container's message may hold.
    private static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(rune => IsAllowed(rune.Value) ? rune.ToString() : "?"));

    private static bool IsAllowed(int value) => value is 0x9 or 0xA or 0xD or >= 0x20 and not (0xFFFE or 0xFFFF);

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
