using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Samples.SharedVolume;
using Samples.Sidecar.Sources;
using Samples.Sidecar.Sync;

namespace Samples.Sidecar.Tests.Sync;

public sealed class SynchronizerTests
{
    [Fact]
    public async Task Sync_FailsInsteadOfTheProcess_WhenASourceThrowsWhatNobodyForesaw()
    {
        using var folder = new TemporaryFolder();
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var writer = VolumeWriter.TryOpen(new Volume(folder.Path), TimeProvider.System)!;
        var metrics = new SyncMetrics(services.GetRequiredService<IMeterFactory>(), new Freshness(TimeProvider.System));
        var synchronizer = new Synchronizer(
            new SourceSet([(new SourceOptions(), new FaultySource())]), Options.Create(new SidecarOptions()),
            new Healer(metrics, TimeProvider.System, NullLogger<Healer>.Instance), metrics, TimeProvider.System, NullLogger<Synchronizer>.Instance);

        var record = await synchronizer.SyncAsync(writer, TestContext.Current.CancellationToken);

        Assert.Equal((SyncResult.Failed, "An error that nobody foresaw; please report it: boom"), (record.Result, record.Error));
    }

    private sealed class FaultySource : IContentSource
    {
        public string Kind => "faulty";

        public string Uri => "faulty:";

        public Task<IContentRevision?> CheckAsync(string? knownRevision, CancellationToken cancellation) => throw new InvalidCastException("boom");
    }
}
