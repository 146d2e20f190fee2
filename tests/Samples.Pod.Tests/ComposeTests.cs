using CliWrap;
using CliWrap.Buffered;

namespace Samples.Pod.Tests;

/// <summary>The Compose pod for real: images built from the Dockerfile, started, used, stopped.</summary>
public sealed class ComposeTests : IAsyncLifetime
{
    private static readonly Uri _site = new("http://127.0.0.1:8080/");

    private readonly TemporaryFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        Needs.Program("docker");
        var info = await Cli.Wrap("docker").WithArguments(["compose", "version"]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        Needs.That(info.IsSuccess, "This test runs docker compose, which is not installed.");
        var engine = await Cli.Wrap("docker").WithArguments(["info"]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        Needs.That(engine.IsSuccess, "This test needs a container engine, and none answers.");

        // The content is edited below, so it is a copy that the containers see.
        Directory.CreateDirectory(_folder["content"]);
        foreach (var file in Directory.EnumerateFiles(RepositoryRoot.Combine("content")))
            File.Copy(file, _folder[$"content/{Path.GetFileName(file)}"]);
        _folder.Write("override.yml", $"services: {{ sidecar: {{ volumes: ['{_folder["content"]}:/content:ro'] }} }}");
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(_folder["override.yml"]))
            await ComposeAsync("down", "--volumes", "--timeout", "30");
        _folder.Dispose();
    }

    [Fact]
    public async Task Up_ServesTheContentAndItsEdits_AndDownLeavesNothing()
    {
        await ComposeAsync("up", "--build", "--wait", "--quiet-pull");
        using var client = new HttpClient();
        await Eventually.GetAsync(async () => (await client.GetStringAsync(_site)).Contains("live.js", StringComparison.Ordinal) ? "" : null, "the content");

        File.AppendAllText(_folder["content/index.html"], "<!-- edited -->");
        await Eventually.GetAsync(async () => (await client.GetStringAsync(_site)).Contains("<!-- edited -->", StringComparison.Ordinal) ? "" : null, "the edit");

        var status = await client.GetStringAsync(new Uri(_site, "/backroom/status"), TestContext.Current.CancellationToken);
        Assert.Contains("\"state\":\"synced\"", status, StringComparison.Ordinal);

        // A second 'up' runs init again, which finds its work done.
        await ComposeAsync("up", "--wait");
        Assert.Contains("nothing to paint", await ComposeAsync("logs", "init"), StringComparison.Ordinal);
        Assert.Contains("<!-- edited -->", await client.GetStringAsync(_site, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await ComposeAsync("stop");
        var exitCodes = await ComposeAsync("ps", "--all", "--format", "{{.Service}} {{.ExitCode}}");
        Assert.Equal(["init 0", "server 0", "sidecar 0"], exitCodes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());

        await ComposeAsync("down", "--volumes");
        Assert.Empty(await DockerAsync("ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project=samples"));
        Assert.Empty(await DockerAsync("volume", "ls", "--quiet", "--filter", "label=com.docker.compose.project=samples"));
    }

    private Task<string> ComposeAsync(params string[] arguments) =>
        DockerAsync(["compose", "--file", RepositoryRoot.Combine("docker-compose.yml"), "--file", _folder["override.yml"], .. arguments]);

    private static async Task<string> DockerAsync(params string[] arguments)
    {
        var result = await Cli.Wrap("docker").WithArguments(arguments).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        Assert.True(result.IsSuccess, $"docker {string.Join(' ', arguments)}: exit code {result.ExitCode}\n{result.StandardOutput}\n{result.StandardError}");
        return result.StandardOutput;
    }
}
