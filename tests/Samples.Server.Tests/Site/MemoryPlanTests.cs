using CsCheck;

namespace Samples.Server.Tests;

public sealed class MemoryPlanTests
{
    [Fact]
    public void Holds_NeverExceedsTheBudget_AndPrefersTheSmallest() =>
        Gen.Select(Gen.Long[0, 2 << 20].Array[0, 50], Gen.Long[0, 8 << 20]).Sample((lengths, budget) =>
        {
            var plan = new MemoryPlan(lengths, budget);

            var held = lengths.Where(plan.Holds).ToArray();

            return held.Sum() <= budget
                && held.All(l => l <= MemoryPlan.MaxBodyLength)
                && (held.Length == 0 || lengths.All(l => plan.Holds(l) || l > held.Max()));
        });

    [Fact]
    public void Holds_Nothing_WhenThereIsNoBudget()
    {
        var plan = new MemoryPlan([1, 2, 3], 0);

        Assert.False(plan.Holds(1));
    }
}
