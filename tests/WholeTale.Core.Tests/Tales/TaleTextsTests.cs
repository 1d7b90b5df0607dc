using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using WholeTale.Core.Configuration;
using WholeTale.Core.Tales;

namespace WholeTale.Core.Tests.Tales;

/// <summary>Any text arrives as it is written, or is refused before anything is sent.</summary>
public sealed class TaleTextsTests
{
    private const char HighHalf = '\uD83D';
    private const char LowHalf = '\uDE80';

    // What goes wrong on the way: control characters, halves and wholes of characters beyond 16 bits, what YAML, mustache, sh, JSON and the kubelet take for their own, other scripts, 300 characters.
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String,
        Gen.String[Gen.Char, 290, 310],
        Of("-{}$()'\"\\ =:#\n\r\t&<>%!|"),
        Of("\u0001\u0007\u0008\u000B\u000C\u001B\u001F\u007F\u0080\u0085\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF\uE000\uE001\uE010"),
        Of("a\0b"),
        Gen.OneOf(Gen.Const(HighHalf), Gen.Const(LowHalf), Gen.Const('x')).Array[0, 8].Select(letters => new string(letters)),
        Gen.OneOf([.. ((string[])["🚀", "日本語", "e\u0301", "Ωμέγα", "مرحبا", "👩‍🔬"]).Select(Gen.Const)]).List[0, 60].Select(string.Concat),
        Gen.String[Gen.Char['a', 'z'], 0, 300].Select(text => $"--{text}"));

    private static readonly Gen<string> Arriving = Texts.Select(WithoutWhatCannotArrive);

    [Fact]
    public void Any_name_login_variable_and_command_give_valid_objects_and_arrive_unchanged() =>
        Gen.Select(Arriving, Arriving, Arriving, Arriving.List[1, 4]).Sample(
            (name, login, value, words) =>
            {
                var (_, objects) = TaleSamples.Render(Request(name, login, value, words), new Settings { Tales = new TaleSettings { Volume = "SubPath" } });

                TaleValidity.Holds(objects);
                // As it is on the wire: what JSON cannot hold would be lost there.
                var sent = objects.Select(item => JsonNode.Parse(item.ToJsonString())!.AsObject()).ToList();
                Assert.Equal(words, TaleSamples.MainOf(sent)["command"]!.AsArray().Select(word => Kubelet.Expand((string)word!)));
                Assert.Equal(value, Kubelet.Expand((string)TaleSamples.MainOf(sent)["env"]!.AsArray().Single(variable => (string?)variable!["name"] == "VALUE")!["value"]!));
                var annotations = sent[0]["metadata"]!["annotations"]!;
                Assert.Equal((name, login), ((string?)annotations["wholetale.org/tale-name"], (string?)annotations["wholetale.org/user"]));
                Assert.Equal((name, login), (TaleReading.Read(sent[0], null).Tale, TaleReading.Read(sent[0], null).User));
            },
            iter: 300);

    [Fact]
    public void Any_text_that_cannot_arrive_is_refused_with_tale_key_and_place() =>
        Gen.Select(Texts, Texts, Texts, Texts.List[1, 4]).Where(texts => !CanArrive(Request(texts.Item1, texts.Item2, texts.Item3, texts.Item4))).Sample(
            (name, login, value, words) =>
            {
                var error = Assert.Throws<TaleException>(() => TaleSamples.Render(Request(name, login, value, words)));

                Assert.Equal("TaleInvalid", error.ErrorId);
                Assert.Contains(Culprits(name, login, value, words), culprit => error.Message.Contains(culprit, StringComparison.Ordinal));
                // The message itself can be written to a log in UTF-8, and stays on its line.
                Assert.DoesNotContain(error.Message, letter => char.IsControl(letter));
                Assert.Equal(error.Message, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(error.Message)));
                Assert.NotNull(error.Advice);
            },
            iter: 300);

    [Fact]
    public void Each_text_of_a_request_is_looked_at()
    {
        var sample = TaleSamples.All[0];
        var half = $"ab{HighHalf}c";

        AssertRefused(sample with { Name = half }, "its Name holds at character 3 half of a surrogate pair (U+D83D)");
        AssertRefused(sample with { User = half }, "its User holds at character 3");
        AssertRefused(sample with { InstanceId = half }, "its InstanceId holds at character 3");
        AssertRefused(sample with { TaleId = half }, "its TaleId holds at character 3");
        AssertRefused(sample with { UserId = half }, "its UserId holds at character 3");
        AssertRefused(sample with { SessionId = half }, "its SessionId holds at character 3");
        AssertRefused(sample with { Image = half }, "its Image holds at character 3");
        AssertRefused(sample with { Command = "a\0" }, "its Command holds at character 2 a NUL (U+0000)");
        AssertRefused(sample with { MountPoint = "/\0" }, "its MountPoint holds at character 2");
        AssertRefused(sample with { UrlPath = half }, "its UrlPath holds at character 3");
        AssertRefused(sample with { Workspace = half }, "its Workspace holds at character 3");
        AssertRefused(sample with { ApiKey = new Secret(half) }, "its ApiKey holds at character 3");
        AssertRefused(sample with { Environment = ["A=1", "B=\0"] }, "its Environment (value of B) holds at character 1 a NUL");
        AssertRefused(sample with { Environment = ["A=1", "B\0=2"] }, "its Environment (name of variable 2) holds at character 2");
        AssertRefused(sample with { NodeSelector = new Dictionary<string, string> { ["disk"] = half } }, "its NodeSelector (value of disk) holds at character 3");
        AssertRefused(sample with { NodeSelector = new Dictionary<string, string> { [half] = "ssd" } }, "its NodeSelector (label ab<U+D83D>c) holds at character 3");
    }

    [Fact]
    public void A_key_that_cannot_arrive_is_not_shown()
    {
        var error = Assert.Throws<TaleException>(() => TaleSamples.Render(TaleSamples.All[0] with { ApiKey = new Secret("hidden\0key"), Environment = ["PASSWORD=hidden\0too"] }));

        Assert.DoesNotContain("hidden", error.Message, StringComparison.Ordinal);
    }

    private static TaleRequest Request(string name, string login, string value, IReadOnlyList<string> words) => new()
    {
        Name = name, User = login, TaleId = name, InstanceId = login, Image = "image", Environment = [$"VALUE={value}"],
        Command = string.Join(' ', words.Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'")),
    };

    private static bool CanArrive(TaleRequest request) =>
        ((string[])[request.Name, request.User, request.Command, request.Environment[0]]).All(text => WithoutWhatCannotArrive(text) == text);

    // By the encoding's own account, and not by the code under test: what it cannot hold becomes U+FFFD.
    private static string WithoutWhatCannotArrive(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Replace("\0", "", StringComparison.Ordinal)));

    private static IEnumerable<string> Culprits(string name, string login, string value, IReadOnlyList<string> words)
    {
        var command = Request(name, login, value, words).Command;
        foreach (var (key, text) in new[] { ("Name", name), ("User", login), ("Environment (value of VALUE)", value), ("Command", command) })
        {
            for (var at = 0; at < text.Length; at++)
            {
                if (text[at] == '\0' || char.IsSurrogate(text[at]))
                    yield return $"its {key} holds at character {at + 1} ";
            }
        }
    }

    private static Gen<string> Of(string letters) => Gen.Char[letters].Array[0, 30].Select(some => new string(some));

    private static void AssertRefused(TaleRequest request, string message) =>
        Assert.Contains(message, Assert.Throws<TaleException>(() => TaleSamples.Render(request)).Message, StringComparison.Ordinal);
}
