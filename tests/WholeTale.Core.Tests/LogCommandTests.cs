namespace WholeTale.Core.Tests;

public sealed class LogCommandTests
{
    [Theory]
    [InlineData("wholetale", "Get-WTLog wholetale -Component mongo")]
    [InlineData("it's mine", "Get-WTLog 'it''s mine' -Component mongo")]
    [InlineData("", "Get-WTLog <cluster> -Component mongo")]
    public void An_advised_command_can_be_pasted(string cluster, string command) => Assert.Equal(command, LogCommand.Of(cluster, "mongo"));
}
