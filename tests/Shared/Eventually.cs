using System.Diagnostics;

namespace Samples.Testing;

/// <summary>Waits for what another process or thread is about to do, and fails when it does not in time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the answer is not null, and returns it.</summary>
    /// <param name="ask">What to look at.</param>
    /// <param name="what">Completes the sentence "waited 30 s for …".</param>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> ask, string what) where T : class
    {
        using var timer = new PeriodicTimer(_pause);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < _deadline)
        {
            if (await ask() is { } answer)
                return answer;
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"Waited {_deadline.TotalSeconds} s for {what}.");
    }

    /// <summary>Asks until the answer is true.</summary>
    public static Task TrueAsync(Func<bool> ask, string what) => GetAsync(() => Task.FromResult(ask() ? "" : null), what);
}
