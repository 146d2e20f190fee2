using Samples.Sidecar.Sync;

namespace Samples.Sidecar.Tests.Sync;

public sealed class BackoffTests
{
    private readonly Backoff _backoff = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));

    [Theory]
    [InlineData(0, 0.0, 9)]
    [InlineData(0, 0.5, 10)]
    [InlineData(0, 1.0, 11)]
    [InlineData(1, 0.5, 10)]
    [InlineData(2, 0.5, 20)]
    [InlineData(3, 0.5, 40)]
    [InlineData(4, 0.5, 60)]
    [InlineData(4, 1.0, 66)]
    [InlineData(int.MaxValue, 0.0, 54)]
    public void Next_DoublesWithEachFailureUpToTheMaximum_LessOrMoreATenth(int failures, double random, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), _backoff.Next(failures, null, random));
    }

    [Theory]
    [InlineData(120, 120)]
    [InlineData(3, 10)]
    [InlineData(-5, 10)]
    [InlineData(86_400, 3600)]
    public void Next_GivesTheSourceTheTimeItAsksFor_UpToAnHour(int asked, int seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), _backoff.Next(1, TimeSpan.FromSeconds(asked), 0.5));
    }

    [Fact]
    public void Next_NeverAsksMoreOftenThanTheInterval_WhenThatIsLongerThanTheMaximum()
    {
        var backoff = new Backoff(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));

        Assert.Equal(TimeSpan.FromHours(1), backoff.Next(5, null, 0.5));
    }

    [Fact]
    public void Next_DoesNotOverflow_WhenTheIntervalIsTheLongestAllowed()
    {
        var backoff = new Backoff(TimeSpan.FromDays(7), TimeSpan.FromDays(1));

        Assert.Equal(TimeSpan.FromDays(7), backoff.Next(100, null, 0.5));
    }
}
