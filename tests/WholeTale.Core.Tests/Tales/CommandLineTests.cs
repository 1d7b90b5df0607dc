using CsCheck;
using WholeTale.Core.Tales;

namespace WholeTale.Core.Tests.Tales;

public sealed class CommandLineTests
{
    public static TheoryData<string, string[]> Lines => new()
    {
        { "", [] },
        { "   \t\n", [] },
        { "/start.sh", ["/start.sh"] },
        { "jupyter  notebook --ip=0.0.0.0", ["jupyter", "notebook", "--ip=0.0.0.0"] },
        { "sh -c 'echo \"a b\"; $HOME'", ["sh", "-c", "echo \"a b\"; $HOME"] },
        { "a\"b c\"'d e'f", ["ab cd ef"] },
        { "'' \"\"", ["", ""] },
        { @"a\ b \' \\ ", ["a b", "'", @"\"] },
        { "\"\\$ \\` \\\" \\\\ \\n\"", ["$ ` \" \\ \\n"] },
        { "one\\\ntwo \"a\\\nb\"", ["onetwo", "ab"] },
        { "# a | b; c & *", ["#", "a", "|", "b;", "c", "&", "*"] },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_is_split_as_sh_splits_it(string line, string[] words) => Assert.Equal(words, CommandLine.Split(line));

    [Theory]
    [InlineData("'open")]
    [InlineData("\"open")]
    [InlineData("ends with \\")]
    public void A_quote_left_open_is_refused(string line) => Assert.Throws<FormatException>(() => CommandLine.Split(line));

    [Fact]
    public void Any_words_that_are_quoted_come_back_as_they_were() =>
        Gen.String.List[0, 6].Sample(words => words.SequenceEqual(CommandLine.Split(string.Join(' ', words.Select(Quote))), StringComparer.Ordinal));

    private static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
