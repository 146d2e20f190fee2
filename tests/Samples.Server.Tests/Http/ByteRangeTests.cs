namespace Samples.Server.Tests;

public sealed class ByteRangeTests
{
    [Theory]
    [InlineData(0, 4, 5, 9, true)]
    [InlineData(5, 9, 0, 4, true)]
    [InlineData(0, 9, 3, 4, true)]
    [InlineData(0, 4, 6, 9, false)]
    [InlineData(6, 9, 0, 4, false)]
    public void Touches_IsTrue_ForWhatOverlapsOrAdjoins(long first, long last, long otherFirst, long otherLast, bool touches) =>
        Assert.Equal(touches, new ByteRange(first, last).Touches(new ByteRange(otherFirst, otherLast)));
}
