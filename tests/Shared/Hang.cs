namespace Samples.Testing;

/// <summary>A server that never answers: it ends when its client hangs up, or with the test.</summary>
internal static class Hang
{
    /// <summary>Waits for that event alone, by no clock.</summary>
    /// <exception cref="OperationCanceledException">It has come.</exception>
    public static async Task UntilAsync(CancellationToken ended)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = ended.Register(() => end.TrySetCanceled(ended));
        await end.Task;
    }
}
