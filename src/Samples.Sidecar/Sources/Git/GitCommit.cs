using System.Globalization;
using System.Text;

namespace Samples.Sidecar.Sources.Git;

/// <param name="Tree">The commit's root folder.</param>
/// <param name="Time">When it was committed; the modification time of every file that it changed.</param>
internal sealed record GitCommit(GitId Tree, DateTimeOffset Time)
{
    /// <exception cref="GitException">The object is missing or damaged.</exception>
    /// <exception cref="InvalidDataException">It is not a commit.</exception>
    public static GitCommit Read(GitRepository repository, GitId id)
    {
        using var found = repository.Read(id);
        if (found.Type != GitObjectType.Commit)
            throw new InvalidDataException($"{id} is no commit");

        GitId? tree = null;
        foreach (var line in Encoding.UTF8.GetString(found.Content).Split('\n'))
        {
            if (line.StartsWith("tree ", StringComparison.Ordinal))
                tree = GitId.Parse(line[5..]);
            // committer A U Thor <mail> 1700000000 +0100
            if (line.StartsWith("committer ", StringComparison.Ordinal) && tree is not null
                && line.Split(' ') is [.., var seconds, _] && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var time))
                return new GitCommit(tree.Value, DateTimeOffset.FromUnixTimeSeconds(Math.Min(time, DateTimeOffset.MaxValue.ToUnixTimeSeconds())));
            if (line.Length == 0)
                break;
        }

        throw new InvalidDataException($"commit {id} is damaged");
    }
}
