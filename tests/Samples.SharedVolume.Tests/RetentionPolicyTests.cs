using CsCheck;

namespace Samples.SharedVolume.Tests;

public sealed class RetentionPolicyTests
{
    private static readonly DateTimeOffset _now = TestVolume.Modified;
    private static readonly TimeSpan _grace = TimeSpan.FromMinutes(1);

    [Fact]
    public void SelectForRemoval_KeepsTheNewest()
    {
        var removed = Select(new RetentionPolicy(2, _grace, null), ("a", -100), ("b", -200), ("c", -300), ("d", -400));

        Assert.Equal(["c", "d"], removed);
    }

    [Fact]
    public void SelectForRemoval_KeepsWhatIsInItsGracePeriod_HoweverMany()
    {
        var removed = Select(new RetentionPolicy(1, _grace, null), ("a", 0), ("b", -1), ("c", -59), ("d", -60));

        Assert.Equal(["d"], removed);
    }

    [Fact]
    public void SelectForRemoval_KeepsNothing_WhenKeepAndGraceAreZero()
    {
        var removed = Select(new RetentionPolicy(0, TimeSpan.Zero, null), ("a", -1), ("b", -2));

        Assert.Equal(["a", "b"], removed);
    }

    [Fact]
    public void SelectForRemoval_KeepsToTheByteBudget_EvenInTheGracePeriod()
    {
        var removed = Select(new RetentionPolicy(3, _grace, 25), ("a", -1), ("b", -2), ("c", -3));

        Assert.Equal(["c"], removed);
    }

    [Fact]
    public void SelectForRemoval_TakesTheFutureForNow_WhenTheClockSteppedBack()
    {
        var removed = Select(new RetentionPolicy(1, _grace, null), ("a", 86_400), ("b", 3_600), ("c", -100));

        Assert.Equal(["c"], removed);
    }

    [Fact]
    public void SelectForRemoval_NeverKeepsAnOlderReleaseInsteadOfANewerOne()
    {
        Gen.Select(Gen.Int[-300, 60].Array[0, 12], Gen.Int[0, 5], Gen.Int[0, 120], Gen.Long[0, 150]).Sample((ages, keep, grace, budget) =>
        {
            var others = ages.OrderDescending().Select((age, i) => ($"r{i}", age)).ToArray();
            var policy = new RetentionPolicy(keep, TimeSpan.FromSeconds(grace), budget);

            var removed = Select(policy, others);

            var kept = others.Length - removed.Count;
            Assert.Equal(others.Skip(kept).Select(o => o.Item1), removed);
            Assert.True(kept * 10 <= budget);
        });
    }

    private static IReadOnlyList<string> Select(RetentionPolicy policy, params (string Id, int Age)[] others) =>
        policy.SelectForRemoval(others.Select(o => new RetainedRelease(o.Id, _now.AddSeconds(o.Age))), _now, _ => 10);
}
