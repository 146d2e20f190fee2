using System.Diagnostics;

namespace Samples.Testing;

/// <summary>Waits for what another process or thread is about to do, and fails when it does not in time.</summary>
internal static class Eventually
{
    /// <summary>For all waiting in tests: a test that hangs tells nobody why.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Asks until the answer is not null, and returns it.</summary>
    /// <param name="ask">What to look at.</param>
    /// <param name="what">Completes the sentence "waited … s for …".</param>
    /// <param name="within">How long to wait; a minute without it.</param>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> ask, string what, TimeSpan? within = null) where T : class
    {
        var deadline = within ?? Deadline;
        using var timer = new PeriodicTimer(_pause);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < deadline)
        {
            if (await ask() is { } answer)
                return answer;
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"Waited {deadline.TotalSeconds} s for {what}.");
    }

    /// <summary>Asks until the answer is true.</summary>
    public static Task TrueAsync(Func<bool> ask, string what) => GetAsync(() => Task.FromResult(ask() ? "" : null), what);
}
