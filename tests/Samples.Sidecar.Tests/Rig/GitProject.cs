using System.Diagnostics;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>A working copy with the real <c>git</c>, and the bare repository on a server that it pushes to.</summary>
internal sealed class GitProject : IDisposable
{
    private readonly TemporaryFolder _work = new();
    private readonly GitServer _server;

    private GitProject(GitServer server, string name) => (_server, Name) = (server, name);

    /// <summary>Of the repository on the server: <c>site.git</c>.</summary>
    public string Name { get; }

    /// <summary>A repository whose default branch <c>main</c> has one commit with these files; with none, an empty repository.</summary>
    public static async Task<GitProject> CreateAsync(GitServer server, string name, params (string Path, string Text)[] files)
    {
        var project = new GitProject(server, name);
        await RunAsync(project._work.Path, "init", "--quiet", "--bare", "--initial-branch=main", server.PathOf(name));
        await project.GitAsync("init", "--quiet", "--initial-branch=main");
        await project.GitAsync("remote", "add", "origin", server.PathOf(name));
        if (files.Length > 0)
            await project.CommitAsync(files);
        return project;
    }

    /// <summary>The address as a sidecar takes it.</summary>
    public string Url(string query = "") => _server.Url(Name, query);

    /// <summary>Where the repository is on the server's disk.</summary>
    public string BarePath => _server.PathOf(Name);

    public string this[string path] => _work[path];

    public void Write(string path, string text) => _work.Write(path, text);

    /// <summary>Writes files, commits all there is and pushes the current branch; returns the commit's id.</summary>
    public async Task<string> CommitAsync(params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
            Write(path, text);
        await GitAsync("add", "--all");
        await GitAsync("commit", "--quiet", "--allow-empty", "--message=a change");
        await GitAsync("push", "--quiet", "--force", "origin", "HEAD");
        return await GitAsync("rev-parse", "HEAD");
    }

    /// <summary>Runs git in the working copy and returns what it says.</summary>
    public Task<string> GitAsync(params string[] arguments) => RunAsync(_work.Path, arguments);

    /// <summary>Runs git in the repository on the server.</summary>
    public Task<string> OnServerAsync(params string[] arguments) => RunAsync(_server.PathOf(Name), arguments);

    public void Dispose() => _work.Dispose();

    /// <summary>Runs a line of shell in the working copy, as git does with an alias.</summary>
    public Task<string> ShellAsync(string line) => RunAsync(_work.Path, "-c", $"alias.line=!{line}", "line");

    /// <summary>Runs git in any folder, without this machine's or this user's configuration.</summary>
    public static async Task<string> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
            [
                ("HOME", folder), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_TERMINAL_PROMPT", "0"),
                ("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@example.org"), ("GIT_COMMITTER_NAME", "A"), ("GIT_COMMITTER_EMAIL", "a@example.org"),
                ("GIT_CONFIG_COUNT", "2"), ("GIT_CONFIG_KEY_0", "protocol.file.allow"), ("GIT_CONFIG_VALUE_0", "always"),
                ("GIT_CONFIG_KEY_1", "advice.detachedHead"), ("GIT_CONFIG_VALUE_1", "false"),
            ])
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline);
        Assert.True(process.ExitCode == 0, $"git {string.Join(' ', arguments)}: {await errors}");
        return (await output).Trim();
    }
}
