namespace Samples.Testing;

/// <summary>
/// What a test needs of the machine that it runs on. Where that is missing, the test is skipped with the reason; in CI
/// (<c>CI=true</c>) it fails instead, so that a test can't fall silent there.
/// </summary>
internal static class Needs
{
    private static readonly bool _isCi = Environment.GetEnvironmentVariable("CI") is "true" or "1";

    /// <param name="name">Looked up in PATH, as a shell would.</param>
    public static void Program(string name) => That(IsInPath(name), $"This test runs {name}, which is not in PATH.");

    /// <param name="available">Whether the machine has it.</param>
    /// <param name="reason">What is missing, as a sentence.</param>
    public static void That(bool available, string reason)
    {
        if (available)
            return;

        if (_isCi)
            Assert.Fail(reason);

        Assert.Skip(reason);
    }

    private static bool IsInPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, name)));
}
