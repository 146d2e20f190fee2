namespace Samples.Hosting.Tests;

public sealed class SharedVolumeOptionsTests
{
    [Fact]
    public void Page_ListsEverySettingWithItsDefault()
    {
        Assert.Equal(SettingsTable.SettingsOf(SharedVolumeOptions.SectionName, new SharedVolumeOptions()), SettingsTable.RowsOf(SharedVolumeOptions.SectionName));
    }
}
