using System.Text.RegularExpressions;
using CliWrap;
using k8s.Models;

namespace Samples.Pod.Tests.Kubernetes;

/// <summary>
/// The manifests of docs/from-git-sync.md, and its table of flags in docs/sidecar.md. What after.yaml has in common with the project's own
/// manifests is held by the tests that hold those.
/// </summary>
public sealed partial class MigrationTests
{
    private const string Before = "docs/from-git-sync/before.yaml";
    private const string AfterNginx = "docs/from-git-sync/after-nginx.yaml";

    private static readonly string[] _flags =
        [.. File.ReadLines(RepositoryRoot.Combine("tests/Samples.Pod.Tests/git-sync-flags.txt")).Where(line => !line.StartsWith('#'))];

    [Fact]
    public void Table_SaysOfEveryFlag_WhatStandsForIt()
    {
        var rows = File.ReadLines(RepositoryRoot.Combine("docs/sidecar.md")).Select(line => Row().Match(line)).Where(match => match.Success).ToArray();

        Assert.Equal(_flags.Order(StringComparer.Ordinal), rows.Select(row => row.Groups["flag"].Value).Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.NotEmpty(row.Groups["here"].Value.Trim()));
    }

    [Fact]
    public async Task Before_SetsFlagsThatGitSyncHas()
    {
        var gitSync = (await Manifest.Load(Before)).Container("git-sync");

        Assert.NotEmpty(gitSync.Args);
        Assert.All(gitSync.Args, argument => Assert.Contains(argument.Split('=')[0], _flags));
    }

    [Theory]
    [InlineData(AfterNginx)]
    [InlineData(Manifest.MigratedFile)]
    public async Task After_TakesThePlaceOfBefore_SinceNameAndSelectorAreTheSame(string name)
    {
        var (before, after) = ((await Manifest.Load(Before)).Single<V1Deployment>(), (await Manifest.Load(name)).Single<V1Deployment>());

        Assert.Equal(before.Metadata.Name, after.Metadata.Name);
        Assert.Equal(before.Spec.Selector.MatchLabels, after.Spec.Selector.MatchLabels);
        Assert.Subset(after.Spec.Template.Metadata.Labels.ToHashSet(), after.Spec.Selector.MatchLabels.ToHashSet());
    }

    [Theory]
    [InlineData(AfterNginx)]
    [InlineData(Manifest.MigratedFile)]
    public async Task After_SaysWhatBeforeSaid(string name)
    {
        var (before, after) = (await Manifest.Load(Before), await Manifest.Load(name));
        var flags = before.Container("git-sync").Args.Where(a => a.Contains('=', StringComparison.Ordinal)).Select(a => a.Split('=', 2)).ToDictionary(a => a[0], a => a[1]);

        Assert.Equal($"git+{flags["--repo"]}?ref={flags["--ref"]}&path=public", after.Setting(Contract.Sidecar, "Sidecar__Source"));
        Assert.Equal(flags["--username"], after.Setting(Contract.Sidecar, "Sidecar__Username"));
        Assert.Equal(flags["--password-file"], after.Setting(Contract.Sidecar, "Sidecar__PasswordPath"));
        Assert.Equal($"{Contract.Time(after.Setting(Contract.Sidecar, "Sidecar__Interval")!).TotalSeconds}s", flags["--period"]);
        Assert.Equal($"{Contract.Time(after.Setting(Contract.Sidecar, "Sidecar__Timeout")!).TotalSeconds}s", flags["--sync-timeout"]);
        Assert.Equal(before.Pod.Volumes.Single(v => v.Secret is not null).Secret.SecretName, after.Pod.Volumes.Single(v => v.Secret is not null).Secret.SecretName);
    }

    [Fact]
    public async Task Sidecar_IsTheSame_BesideTheServerAndBesideNginx()
    {
        var (server, nginx) = (await Manifest.Load(Manifest.MigratedFile), await Manifest.Load(AfterNginx));

        Assert.Equal(k8s.KubernetesYaml.Serialize(server.Container(Contract.Sidecar)), k8s.KubernetesYaml.Serialize(nginx.Container(Contract.Sidecar)));
    }

    [Fact]
    public async Task Nginx_ReadsTheCurrentRelease_OfAVolumeThatItCantWrite()
    {
        var manifest = await Manifest.Load(AfterNginx);

        var mount = Assert.Single(manifest.Container("nginx").VolumeMounts, mount => mount.Name == "data");

        Assert.True(mount.ReadOnlyProperty);
        Assert.Contains($"root {mount.MountPath}/current/www;", manifest.Single<V1ConfigMap>().Data["default.conf"], StringComparison.Ordinal);
        Assert.Equal(manifest.Single<V1ConfigMap>().Metadata.Name, manifest.Pod.Volumes.Single(v => v.ConfigMap is not null).ConfigMap.Name);
    }

    [Theory]
    [InlineData(Before)]
    [InlineData(AfterNginx)]
    public async Task Nginx_TakesItsConfiguration(string name)
    {
        Needs.Program("nginx");
        using var folder = new TemporaryFolder();
        var server = (await Manifest.Load(name)).Single<V1ConfigMap>().Data["default.conf"];
        var configuration = folder.Write("nginx.conf", $$"""
            pid {{folder["pid"]}};
            events {}
            http {
              access_log off;
              client_body_temp_path {{folder["body"]}}; proxy_temp_path {{folder["proxy"]}}; fastcgi_temp_path {{folder["fastcgi"]}};
              uwsgi_temp_path {{folder["uwsgi"]}}; scgi_temp_path {{folder["scgi"]}};
              {{server}}
            }
            """);

        var result = await Cli.Wrap("nginx").WithArguments(["-t", "-e", folder["error.log"], "-c", configuration]).WithValidation(CommandResultValidation.None)
            .ExecuteAsync(TestContext.Current.CancellationToken).Task.WaitAsync(Eventually.Deadline, TestContext.Current.CancellationToken);

        Assert.True(result.ExitCode == 0, File.ReadAllText(folder["error.log"]));
    }

    [GeneratedRegex(@"^\| `(?<flag>--[a-z-]+|\$GITSYNC_[A-Z_]+)` \| (?<here>.*) \|$")]
    private static partial Regex Row();
}
