using System.Text.RegularExpressions;

namespace Samples.Pod.Tests.Chaos;

/// <summary>A line of strace's log.</summary>
/// <param name="Thread">Which made the call.</param>
/// <param name="Name">Of the call.</param>
/// <param name="Ordinal">Which of the thread's calls of this name it is, from 1: what strace's <c>when=</c> counts.</param>
/// <param name="Arguments">As strace prints them, open files with their paths.</param>
internal sealed partial record SystemCall(string Thread, string Name, int Ordinal, string Arguments)
{
    private static readonly HashSet<string> _changing =
    [
        "mkdir", "write", "pwrite64", "ftruncate", "rename", "renameat2", "link", "linkat", "symlink", "unlink", "rmdir", "chmod", "fchmod", "utimensat", "fsync",
    ];

    public bool HasSucceeded { get; private set; }

    /// <summary>Reads a log of <c>strace -f -y</c>, in the order in which the calls were entered.</summary>
    public static List<SystemCall> ReadAll(string log)
    {
        var (calls, pending, counts) = (new List<SystemCall>(), new Dictionary<string, SystemCall>(), new Dictionary<(string, string), int>());
        foreach (var line in File.ReadLines(log))
        {
            if (Entered().Match(line) is { Success: true } entered)
            {
                var (thread, name) = (entered.Groups["thread"].Value, entered.Groups["name"].Value);
                counts[(thread, name)] = counts.GetValueOrDefault((thread, name)) + 1;
                pending[thread] = new SystemCall(thread, name, counts[(thread, name)], line);
                calls.Add(pending[thread]);
            }

            // '= ?' is what a call returns whose thread was killed in it.
            if (Returned().Match(line) is { Success: true } returned && pending.Remove(returned.Groups["thread"].Value, out var call))
                call.HasSucceeded = true;
        }

        return calls;
    }

    /// <summary>Whether it changed something on a volume, or made it durable.</summary>
    public bool Changes(string volume) =>
        HasSucceeded && Arguments.Contains(volume + "/", StringComparison.Ordinal)
        && (_changing.Contains(Name) || (Name == "openat" && Arguments.Contains("O_CREAT", StringComparison.Ordinal)));

    [GeneratedRegex(@"^(?<thread>\d+) +(?<name>\w+)\(")]
    private static partial Regex Entered();

    [GeneratedRegex(@"^(?<thread>\d+) .* = (0x)?\d")]
    private static partial Regex Returned();
}
