namespace Samples.Server.Tests;

public sealed class ServerOptionsTests
{
    [Fact]
    public void Page_ListsEverySettingWithItsDefault()
    {
        Assert.Equal(SettingsTable.SettingsOf(ServerOptions.SectionName, new ServerOptions()), SettingsTable.RowsOf(ServerOptions.SectionName));
    }
}
