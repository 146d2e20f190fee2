namespace Samples.Server.Tests;

public sealed class FileBodyTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public FileBodyTests() => File.WriteAllText(_path, "content");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Open_SharesOneHandle_WithinTheAllowance()
    {
        using var body = new FileBody(_path, new HandleAllowance(1));

        using var first = body.Open();
        using var second = body.Open();

        Assert.Same(first.Handle, second.Handle);
    }

    [Fact]
    public void Open_GivesEachItsOwn_BeyondTheAllowance()
    {
        using var body = new FileBody(_path, new HandleAllowance(0));

        var first = body.Open();
        using var second = body.Open();
        first.Dispose();

        Assert.NotSame(first.Handle, second.Handle);
        Assert.True(first.Handle.IsClosed);
    }

    [Fact]
    public void Dispose_ClosesTheFile_OnlyWhenTheLastReaderIsDone()
    {
        var body = new FileBody(_path, new HandleAllowance(1));
        var lease = body.Open();

        body.Dispose();

        var buffer = new byte[7];
        Assert.Equal(7, RandomAccess.Read(lease.Handle, buffer, 0));
        lease.Dispose();
        Assert.True(lease.Handle.IsClosed);
    }

    [Fact]
    public void Open_StillWorks_AfterDispose()
    {
        var body = new FileBody(_path, new HandleAllowance(1));
        body.Open().Dispose();
        body.Dispose();

        using var late = body.Open();

        Assert.False(late.Handle.IsClosed);
    }
}
