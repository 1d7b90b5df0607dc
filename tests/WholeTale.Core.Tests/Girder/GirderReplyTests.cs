using System.Net;
using WholeTale.Core.Girder;

namespace WholeTale.Core.Tests.Girder;

/// <summary>What is said of an answer, whoever gave it.</summary>
public sealed class GirderReplyTests
{
    [Theory]
    [InlineData("""{"message": "Login failed.", "type": "access"}""", "Login failed.")]
    [InlineData("""{"kind": "Status", "message": "no endpoints available for service \"girder\""}""", "no endpoints available for service \"girder\"")]
    [InlineData("null", "no message")]
    [InlineData("""{"message": 7}""", "no message")]
    [InlineData("", "nothing")]
    [InlineData("<html><head><title>503 Service Temporarily Unavailable</title></head></html>", "an HTML page titled '503 Service Temporarily Unavailable'")]
    [InlineData("  <p>away</p>", "an HTML page")]
    [InlineData("upstream connect error or disconnect/reset before headers\r\nmore", "'upstream connect error or disconnect/reset before headers'")]
    [InlineData("\n\n  RBAC: access denied  ", "'RBAC: access denied'")]
    [InlineData("GIF89a\u0001\u0002", "something that is not JSON")]
    public void The_answer_is_told_in_a_line(string text, string expected) => Assert.Equal(expected, GirderReply.From(HttpStatusCode.BadGateway, text).Message);

    [Theory]
    [InlineData(80, "xyz", 80)]
    [InlineData(79, "\U0001F40B beyond", 79)]
    [InlineData(78, "\U0001F40B", 80)]
    public void A_long_line_is_cut_between_characters(int length, string more, int kept)
    {
        var line = new string('x', length) + more;

        var message = GirderReply.From(HttpStatusCode.BadGateway, line).Message;

        Assert.Equal(line.Length == kept ? $"'{line}'" : $"'{line[..kept]}…'", message);
    }

    [Theory]
    [InlineData(200, "null", true)]
    [InlineData(200, "<html>", false)]
    [InlineData(204, "[]", true)]
    [InlineData(404, "{}", false)]
    public void Only_a_success_in_JSON_is_the_answer_asked_for(int status, string text, bool expected) => Assert.Equal(expected, GirderReply.From((HttpStatusCode)status, text).Succeeded);

    [Theory]
    [InlineData("""{"kind": "Status", "code": 503}""", true)]
    [InlineData("""{"kind": "collection"}""", false)]
    [InlineData("[]", false)]
    public void The_API_servers_answers_are_told_from_Girders(string text, bool expected) => Assert.Equal(expected, GirderReply.From(HttpStatusCode.ServiceUnavailable, text).IsApiServers);
}
