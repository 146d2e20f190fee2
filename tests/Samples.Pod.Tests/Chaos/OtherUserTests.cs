using CliWrap;
using CliWrap.Buffered;
using Samples.SharedVolume;

namespace Samples.Pod.Tests.Chaos;

/// <summary>A sidecar that is not the user who wrote the release before, as where only <c>fsGroup</c> is the same.</summary>
public sealed class OtherUserTests : IDisposable
{
    private const UnixFileMode Everybody = (UnixFileMode)0x1FF; // 777

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_Copies_WhatItMayNotLink()
    {
        Needs.That(Environment.UserName == "root", "This test becomes another user, which takes root.");
        Needs.That((await File.ReadAllTextAsync("/proc/sys/fs/protected_hardlinks", Cancellation)).Trim() == "1", "This test needs fs.protected_hardlinks.");
        var volume = new Volume(Directory.CreateDirectory(_folder["volume"]).FullName);
        _folder.Write("source/same.txt", new string('a', 1000));
        Assert.Equal(0, (await SyncAsync([])).ExitCode);
        var before = volume.ReadCurrentId();
        foreach (var folder in (string[])[_folder.Path, volume.Root, volume.ReleasesDirectory, volume.StagingDirectory])
            File.SetUnixFileMode(folder, Everybody);
        File.SetUnixFileMode(volume.LockFile, Everybody);
        _folder.Write("source/new.txt", "1");

        var run = await SyncAsync(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]);

        Assert.True(run.ExitCode == 0, run.StandardOutput + run.StandardError);
        Assert.NotEqual(before, volume.ReadCurrentId());
        Assert.Null(ReleaseVerifier.FindProblemInContent(volume.ReadCurrent()!));
        Assert.Contains("\"ReusedBytes\":0", run.StandardOutput, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<BufferedCommandResult> SyncAsync(string[] before) => Cli.Wrap("env")
        .WithArguments([.. before, BuiltProgram.Sidecar, "once",
            $"--Sidecar:Source={_folder["source"]}", $"--SharedVolume:Path={_folder["volume"]}", "--Sidecar:ManagementUrl=http://127.0.0.1:1"])
        .WithValidation(CommandResultValidation.None)
        .ExecuteBufferedAsync(Cancellation);
}
