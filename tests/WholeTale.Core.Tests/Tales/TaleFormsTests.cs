using System.Text.RegularExpressions;
using CsCheck;
using WholeTale.Core.Tales;

namespace WholeTale.Core.Tests.Tales;

public sealed partial class TaleFormsTests
{
    [Theory]
    [InlineData("2048m", "2048Mi")]
    [InlineData("2g", "2Gi")]
    [InlineData("512kb", "512Ki")]
    [InlineData("1073741824", "1073741824")]
    [InlineData("100b", "100")]
    [InlineData("2Gi", "2Gi")]
    [InlineData("1.5Gi", "1.5Gi")]
    [InlineData("500M", "500M")]
    [InlineData("0", null)]
    public void Memory_is_read_in_docker_s_form_and_in_Kubernetes_own(string text, string? quantity) => Assert.Equal(quantity, TaleMemory.ToQuantity(text));

    [Theory]
    [InlineData("200Mb")]
    [InlineData("-1Gi")]
    [InlineData("lots")]
    [InlineData("0.5")]
    [InlineData("99999999999999999999g")]
    public void What_is_no_size_is_refused(string text) => Assert.Throws<FormatException>(() => TaleMemory.ToQuantity(text));

    [Fact]
    public void Any_text_becomes_a_valid_label_and_different_texts_stay_different() =>
        Gen.Select(Gen.OneOf(Gen.String, Gen.String[Gen.Char, 250, 320], Gen.String.AlphaNumeric.Select(text => "-" + text)), Gen.String).Sample((one, other) =>
        {
            Assert.Matches(LabelForm(), TaleLabels.Value(one));
            Assert.Equal(one == other, TaleLabels.Value(one) == TaleLabels.Value(other));
        });

    [Theory]
    [InlineData("alice", "alice")]
    [InlineData("5c92fbd472a9910001fbff71", "5c92fbd472a9910001fbff71")]
    [InlineData("", "")]
    public void What_a_label_can_hold_is_left_alone(string text, string label) => Assert.Equal(label, TaleLabels.Value(text));

    [Theory]
    [InlineData("?token={token}", "https://h.example/", "https://h.example/?token=secret")]
    [InlineData("lab?token={token}", "https://h.example/lab", "https://h.example/lab?token=secret")]
    [InlineData("lab?a=b&token={token}&c=d", "https://h.example/lab?a=b&c=d", "https://h.example/lab?a=b&token=secret&c=d")]
    [InlineData("user/{token}/tree", "https://h.example/user/", "https://h.example/user/secret/tree")]
    [InlineData("/", "https://h.example/", "https://h.example/")]
    [InlineData("", "https://h.example/", "https://h.example/")]
    public void The_address_to_show_holds_the_path_and_never_the_token(string path, string shown, string full)
    {
        Assert.Equal(shown, TaleUrl.Public("h.example", path)!.AbsoluteUri);
        Assert.Equal(full, TaleUrl.Full("h.example", path, "secret")!.AbsoluteUri);
    }

    [GeneratedRegex(@"\A(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?\z(?<=\A.{0,63})")]
    private static partial Regex LabelForm();
}
