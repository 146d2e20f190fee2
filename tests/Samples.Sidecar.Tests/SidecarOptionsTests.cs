namespace Samples.Sidecar.Tests;

public sealed class SidecarOptionsTests
{
    [Fact]
    public void Page_ListsEverySettingWithItsDefault()
    {
        Assert.Equal(SettingsTable.SettingsOf(SidecarOptions.SectionName, new SidecarOptions()), SettingsTable.RowsOf(SidecarOptions.SectionName));
    }
}
