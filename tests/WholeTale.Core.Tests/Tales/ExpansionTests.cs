using CsCheck;
using WholeTale.Core.Tales;

namespace WholeTale.Core.Tests.Tales;

public sealed class ExpansionTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$HOME a$b $", "$HOME a$b $")]
    [InlineData("$(HOME)", "$$(HOME)")]
    [InlineData("$$", "$$$$")]
    public void Only_what_Kubernetes_would_change_is_written_differently(string text, string escaped) => Assert.Equal(escaped, Expansion.Escape(text));

    [Fact]
    public void Any_text_comes_out_of_the_expansion_as_itself() =>
        Gen.OneOf(Gen.String, Gen.Char["$()AB "].Array[0, 12].Select(letters => new string(letters))).Sample(text => Kubelet.Expand(Expansion.Escape(text)) == text);
}
