using CliWrap;
using CliWrap.Buffered;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Behaviour;

/// <summary>As a cluster that gives every namespace its own users runs it: any user, no home, nothing writable but the volume.</summary>
public sealed class AnyUserTests : IDisposable
{
    private readonly TemporaryFolder _volume = new();

    public void Dispose() => _volume.Dispose();

    [Fact]
    public async Task Once_SyncsFromGit_AsAnyUser_WithAReadOnlyRootAndNoHome()
    {
        Needs.That(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "This test makes its root read-only, which only root may.");
        Needs.Program("setpriv");
        await using var server = await GitServer.StartAsync();
        using var project = await GitProject.CreateAsync(server, "site.git", ("index.html", "hello"));
        var sidecar = Path.Combine(AppContext.BaseDirectory, "sidecar");
        // In a mount namespace of its own, which goes with it.
        var script = $"""
            mount -t tmpfs -o mode=0700,uid=12345 none {_volume.Path} && mount -o remount,ro,bind / || exit 3
            env -i PATH="$PATH" setpriv --reuid=12345 --regid=0 --clear-groups --bounding-set=-all --no-new-privs \
              {sidecar} once --Sidecar:Source='{project.Url()}' --SharedVolume:Path={_volume.Path} --Sidecar:ManagementUrl=http://127.0.0.1:9 --Logging:Format=text || exit
            touch {AppContext.BaseDirectory}/writable 2>/dev/null && exit 4
            cat {_volume.Path}/current/www/index.html
            """;

        var run = await Cli.Wrap("unshare").WithArguments(["--mount", "sh", "-c", script]).WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken).Task.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);

        Assert.Equal((0, ""), (run.ExitCode, run.StandardError));
        Assert.EndsWith("hello", run.StandardOutput, StringComparison.Ordinal);
    }
}
