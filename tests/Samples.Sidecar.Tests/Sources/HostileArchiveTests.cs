using Samples.Sidecar.Sync;
using Samples.Sidecar.Tests.Rig;

namespace Samples.Sidecar.Tests.Sources;

public sealed class HostileArchiveTests
{
    private static readonly byte[] _site = Tar.Of(("index.html", "hello"));

    /// <summary>What is wrong, the archive, the reason that the metric gives, and a part of what is said.</summary>
    private static readonly Dictionary<string, (string Name, byte[] Archive, string Reason, string Said)> _archives = new()
    {
        ["climbs"] = Tarred("path", "Refused '../escape.html': the path has '..' in it.", Tar.Entry("../escape.html")),
        ["climbs further in"] = Tarred("path", "Refused 'a/../../b.html': the path has '..' in it.", Tar.Entry("a/../../b.html")),
        ["absolute"] = Tarred("path", "Refused '/etc/cron.d/x': the path is absolute.", Tar.Entry("/etc/cron.d/x")),
        ["absolute behind a dot"] = Tarred("path", "Refused '/x.html': the path is absolute.", Tar.Entry(".//x.html")),
        ["line feed"] = Tarred("path", "control character U+000A", Tar.Entry("a\nb.html")),
        ["escape sequence"] = Tarred("path", "control character U+001B", Tar.Entry("a\u001b[2Jb.html")),
        ["NUL"] = Tarred("path", "control character U+0000", Tar.PaxEntry("path", "a\0b.html")),
        ["backslash"] = Tarred("path", @"Refused 'a\..\b.html': the path has a backslash in it.", Tar.Entry(@"a\..\b.html")),
        ["too deep"] = Tarred("path", "deeper than 32 folders", Tar.PaxEntry("path", string.Concat(Enumerable.Repeat("d/", 33)) + "x.html")),
        ["name too long"] = Tarred("path", "longer than 252 bytes", Tar.PaxEntry("path", new string('n', 300))),
        ["symbolic link"] = Tarred("link", "Refused 'passwd': it is a link, to '/etc/passwd'.", Tar.Entry("passwd", '2', link: "/etc/passwd")),
        ["hard link"] = Tarred("link", "Refused 'shadow': it is a link, to '/etc/shadow'.", Tar.Entry("shadow", '1', link: "/etc/shadow")),
        ["link, then a file through it"] = Tarred("link", "Refused 'd': it is a link", Tar.Entry("d", '2', link: "/tmp"), Tar.Entry("d/x.html", data: "x")),
        ["character device"] = Tarred("special_file", "Refused 'null': it is no file and no folder", Tar.Entry("null", '3')),
        ["block device"] = Tarred("special_file", "Refused 'sda': it is no file and no folder", Tar.Entry("sda", '4')),
        ["FIFO"] = Tarred("special_file", "Refused 'pipe': it is no file and no folder", Tar.Entry("pipe", '6')),
        ["differ in case"] = Tarred("collision", "'Index.html' is there already", Tar.Entry("Index.html"), Tar.Entry("index.html")),
        ["folders differ in case"] = Tarred("collision", "its folder 'css' collides", Tar.Entry("CSS/a.css"), Tar.Entry("css/b.css")),
        ["twice the same"] = Tarred("collision", "'a.html' is there already", Tar.Entry("a.html", data: "1"), Tar.Entry("a.html", data: "2")),
        ["file and folder"] = Tarred("collision", "its folder 'a' collides", Tar.Entry("a"), Tar.Entry("a/b.html")),
        ["empty"] = Tarred("empty", "Refused to publish a release without a file."),
        ["only folders"] = Tarred("empty", "Refused to publish a release without a file.", Tar.Entry("a/", '5')),
        ["size below zero"] = Tarred("corrupt", "damaged or cut short", Tar.PaxEntry("size", "-5")),
        ["size beyond all numbers"] = Tarred("corrupt", "damaged or cut short", Tar.PaxEntry("size", "99999999999999999999")),
        ["time beyond all calendars"] = Tarred("corrupt", "damaged or cut short", Tar.PaxEntry("mtime", "79228162514264337593543950335")),
        ["zip climbs"] = Zipped("path", "Refused '../escape.html': the path has '..' in it.", 0, "../escape.html"),
        ["zip absolute"] = Zipped("path", "Refused '/etc/cron.d/x': the path is absolute.", 0, "/etc/cron.d/x"),
        ["zip backslash"] = Zipped("path", @"Refused '..\escape.html': the path has a backslash in it.", 0, @"..\escape.html"),
        ["zip NUL"] = Zipped("path", "control character U+0000", 0, "a\0b.html"),
        ["zip link"] = Zipped("link", "Refused 'passwd': it is a link.", 0xA1FF, "passwd"),
        ["zip FIFO"] = Zipped("special_file", "Refused 'pipe': it is no file and no folder.", 0x11A4, "pipe"),
        ["zip twice the same"] = Zipped("collision", "'a.html' is there already", 0, "a.html", "a.html"),
        ["zip empty"] = Zipped("empty", "Refused to publish a release without a file.", 0),
    };

    public static TheoryData<string> Archives => [.. _archives.Keys];

    [Theory]
    [MemberData(nameof(Archives))]
    public async Task Sync_KeepsServing_WhenArchiveIsHostile(string what)
    {
        var (name, archive, reason, said) = _archives[what];
        await using var server = await ArchiveServer.StartAsync();
        server.Serve(name == "site.zip" ? Zip.Of(("index.html", "hello")) : _site, "\"good\"");
        await using var sidecar = await RunningSidecar.StartAsync(server.Url(name));
        var id = sidecar.Volume.ReadCurrentId()!;
        server.Serve(archive, "\"bad\"");

        var record = await sidecar.SyncAsync();

        Assert.Equal(SyncResult.Rejected, record.Result);
        Assert.Contains(said, record.Error, StringComparison.Ordinal);
        Assert.Contains(sidecar.Log, line => line.StartsWith("Warning: Sync Rejected", StringComparison.Ordinal) && line.Contains(said, StringComparison.Ordinal));
        Assert.Equal(1, sidecar.Counters["sidecar.rejections", reason]);
        Assert.Single(sidecar.Volume.ListReleases());
        sidecar.AssertServes(id);
    }

    private static (string, byte[], string, string) Tarred(string reason, string said, params byte[][] entries) => ("site.tar", Tar.OfBlocks(entries), reason, said);

    private static (string, byte[], string, string) Zipped(string reason, string said, int mode, params string[] names) =>
        ("site.zip", Zip.Of(mode, [.. names.Select(name => (name, "x"))]), reason, said);
}
