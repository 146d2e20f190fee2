namespace Samples.Init.Tests;

public sealed class InitOptionsTests
{
    [Fact]
    public void Page_ListsEverySettingWithItsDefault()
    {
        Assert.Equal(SettingsTable.SettingsOf(InitOptions.SectionName, new InitOptions()), SettingsTable.RowsOf(InitOptions.SectionName));
    }
}
