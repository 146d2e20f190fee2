using Samples.SharedVolume;
using Samples.Sidecar.Sources.Oci;

namespace Samples.Sidecar.Tests.Sources.Oci;

public sealed class ImageOverlayTests
{
    [Fact]
    public void Place_RefusesMoreFoldersThanMemoryShouldHold()
    {
        var overlay = new ImageOverlay(null);

        var refused = Assert.Throws<ContentRejectedException>(() =>
        {
            for (var i = 0; i <= 1_000_000; i++)
                overlay.Place($"{i}", isFolder: true);
        });

        Assert.Equal(RejectionReason.TooManyFiles, refused.Reason);
    }

    [Fact]
    public void Place_RemembersNothing_OfWhatIsOutsideOfTheFolder()
    {
        var overlay = new ImageOverlay("www");

        for (var i = 0; i <= 1_000_000; i++)
            overlay.Place($"usr/{i}", isFolder: true);

        Assert.Equal("index.html", overlay.Place("www/index.html", isFolder: false));
    }

    [Fact]
    public void Place_ShowsNothingFromBelow_WhereAFolderAboveTheWantedOneWasReplaced()
    {
        var overlay = new ImageOverlay("srv/www");
        overlay.Place("srv", isFolder: false);
        overlay.Descend();

        Assert.Null(overlay.Place("srv/www/index.html", isFolder: false));
    }
}
