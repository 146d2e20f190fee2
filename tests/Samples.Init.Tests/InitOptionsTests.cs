namespace Samples.Init.Tests;

public sealed class InitOptionsTests
{
    [Fact]
    public void Readme_ListsEverySettingWithItsDefault()
    {
        Assert.Equal(SettingsTable.SettingsOf(InitOptions.SectionName, new InitOptions()), SettingsTable.RowsOf(InitOptions.SectionName));
    }
}
