using System.Text;
using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class CredentialsTests : IDisposable
{
    private const string Canary = "canary-7f3a";
    private readonly TemporaryFolder _secrets = new();

    public void Dispose() => _secrets.Dispose();

    [Theory]
    [InlineData("token")]
    [InlineData("password")]
    public async Task Secret_IsReadAgainAtEachSync_AndShownNowhere(string kind)
    {
        await using var server = await ArchiveServer.StartAsync();
        var (expected, sent) = (Canary + 1, new List<string?>());
        server.Answer = async context =>
        {
            sent.Add(context.Request.Headers.Authorization);
            var isRight = context.Request.Headers.Authorization == Header(kind, expected);
            await (isRight ? Results.Bytes(Tar.Of(("index.html", expected.Length + " characters")), null, null, false, null, new($"\"{sent.Count}\"")) : Results.Unauthorized()).ExecuteAsync(context);
        };
        _secrets.Write("secret", expected + "\n");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, null, SettingsFor(kind));
        var first = sidecar.Last;

        expected = Canary + "-rotated";
        var refused = await sidecar.SyncAsync();
        _secrets.Write("secret", expected);
        var rotated = await sidecar.SyncAsync();
        _secrets.Write("secret", Canary + "-wrong");
        var wrong = await sidecar.SyncAsync();
        File.Delete(_secrets["secret"]);
        var missing = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Published, SyncResult.Failed, SyncResult.Published, SyncResult.Failed, SyncResult.Failed), (first.Result, refused.Result, rotated.Result, wrong.Result, missing.Result));
        Assert.Equal($"GET {server.Url("site.tar")} answered 401 Unauthorized.", wrong.Error);
        Assert.StartsWith($"The credentials in '{_secrets["secret"]}' cannot be read", missing.Error, StringComparison.Ordinal);
        Assert.Equal(4, sent.Count);
        var files = Directory.GetFiles(sidecar.Volume.Root, "*", SearchOption.AllDirectories).Except([sidecar.Volume.LockFile]);
        var shown = string.Join('\n', [.. sidecar.Log, .. files.Select(File.ReadAllText), await sidecar.GetAsync("/status"), await sidecar.GetAsync("/metrics")]);
        Assert.DoesNotContain(Canary, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{Canary}"))[..12], shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token")]
    [InlineData("password")]
    public async Task Secret_FollowsARedirect_ToTheSameOriginOnly(string kind)
    {
        _secrets.Write("secret", Canary);
        var seen = new List<string?>();
        await using var elsewhere = await ArchiveServer.StartAsync();
        elsewhere.Answer = async context =>
        {
            seen.Add(context.Request.Headers.Authorization);
            await Results.Bytes(Tar.Of(("index.html", "hello"))).ExecuteAsync(context);
        };
        await using var server = await ArchiveServer.StartAsync();
        server.Answer = async context =>
        {
            seen.Add(context.Request.Headers.Authorization);
            await Results.Redirect(context.Request.Path == "/site.tar" ? "/real/site.tar" : elsewhere.Url("site.tar")).ExecuteAsync(context);
        };

        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar"), null, null, SettingsFor(kind));

        Assert.Equal(SyncResult.Published, sidecar.Last.Result);
        Assert.Equal([Header(kind, Canary), Header(kind, Canary), ""], seen.Select(header => header ?? ""));
    }

    private static string Header(string kind, string secret) =>
        kind == "token" ? $"Bearer {secret}" : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{secret}"))}";

    private string[] SettingsFor(string kind) => kind == "token"
        ? [$"--Sidecar:TokenPath={_secrets["secret"]}"]
        : ["--Sidecar:Username=me", $"--Sidecar:PasswordPath={_secrets["secret"]}"];
}
