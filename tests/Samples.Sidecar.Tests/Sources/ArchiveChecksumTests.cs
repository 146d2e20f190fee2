using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class ArchiveChecksumTests
{
    private static readonly byte[] _site = Tar.Gzip(Tar.Of(("index.html", "hello")));
    private static readonly string _hash = Convert.ToHexStringLower(SHA256.HashData(_site));
    private static readonly string _other = new('0', 64);

    /// <summary>HASH stands for what is right, OTHER for what is not.</summary>
    [Theory]
    [InlineData("HASH", null)]
    [InlineData("HASH\n", null)]
    [InlineData("HASH  site.tar.gz\r\n", null)]
    [InlineData("HASH *dist/site.tar.gz\n", null)]
    [InlineData("HASH  renamed.tar.gz\n", null)]
    [InlineData("SHA256 (site.tar.gz) = HASH\n", null)]
    [InlineData("OTHER  other.zip\nHASH  site.tar.gz\n", null)]
    [InlineData("OTHER", "its SHA-256 is HASH, and URL.sha256 says OTHER.")]
    [InlineData("HASH  other.zip\nOTHER  site.tar.gz\n", "its SHA-256 is HASH, and URL.sha256 says OTHER.")]
    [InlineData("OTHER  a.zip\nHASH  b.zip\n", "URL.sha256 has no SHA-256 of the archive in it.")]
    [InlineData("", "URL.sha256 has no SHA-256 of the archive in it.")]
    [InlineData("<html>HASH</html>", "URL.sha256 has no SHA-256 of the archive in it.")]
    [InlineData(null, "There is no URL.sha256, which Sidecar__VerifySha256 asks for.")]
    public async Task Sync_PublishesTheArchive_OnlyWhenItsChecksumIsRight(string? file, string? problem)
    {
        await using var server = await ArchiveServer.StartAsync();
        Serve(server, file);
        var url = server.Url("site.tar.gz");

        await using var sidecar = await RunningSidecar.StartAsync($"{url}?token=canary", null, null, "--Sidecar:VerifySha256=true");

        Assert.EndsWith(Fill(problem)?.Replace("URL", url, StringComparison.Ordinal) ?? "", sidecar.Last.Error ?? "", StringComparison.Ordinal);
        Assert.Equal(problem is null, sidecar.Last.IsSuccess);
        Assert.Contains(server.Requests, request => request.Target == "/site.tar.gz.sha256?token=canary");
        Assert.DoesNotContain("canary", sidecar.Last.Error ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sync_TriesAgain_WhenTheChecksumWasNotThatOfTheArchive()
    {
        await using var server = await ArchiveServer.StartAsync();
        Serve(server, "OTHER");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url("site.tar.gz"), null, null, "--Sidecar:VerifySha256=true");
        var refused = sidecar.Last.Result;
        Serve(server, "HASH");

        var record = await sidecar.SyncAsync();

        Assert.Equal((SyncResult.Rejected, SyncResult.Published), (refused, record.Result));
    }

    private static void Serve(ArchiveServer server, string? checksum) => server.Answer = context =>
    {
        if (!context.Request.Path.Value!.EndsWith(".sha256", StringComparison.Ordinal))
        {
            context.Response.Headers.ETag = "\"1\"";
            return Results.Bytes(_site).ExecuteAsync(context);
        }

        return (checksum is null ? Results.NotFound() : Results.Bytes(Encoding.UTF8.GetBytes(Fill(checksum)!))).ExecuteAsync(context);
    };

    private static string? Fill(string? text) => text?.Replace("HASH", _hash, StringComparison.Ordinal).Replace("OTHER", _other, StringComparison.Ordinal);
}
