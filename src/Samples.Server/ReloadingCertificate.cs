using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel;

namespace Samples.Server;

/// <summary>
/// A PEM certificate and its key, looked at again by the handshakes that come a second or more after the last look. What Kestrel does by itself
/// needs a file watcher, which does not see the symlinks of a mounted Secret change, and binds the endpoint anew, which ends its connections.
/// </summary>
/// <remarks>A pair that cannot be read, half of it replaced perhaps, is news once, and the one before it goes on being used.</remarks>
internal sealed partial class ReloadingCertificate
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly string _keyPath;
    private readonly string? _password;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _loading = new();
    private volatile SslStreamCertificateContext _current;
    private byte[] _hash;
    private long _lookedAt;

    /// <exception cref="CryptographicException">The files hold no certificate and its key.</exception>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    private ReloadingCertificate(string path, string keyPath, string? password, TimeProvider time, ILogger logger)
    {
        (_path, _keyPath, _password, _time, _logger) = (path, keyPath, password, time, logger);
        _hash = HashFiles();
        _current = Load();
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>For each of <c>Kestrel__Endpoints__…</c> with a <c>Certificate__Path</c> and a <c>Certificate__KeyPath</c>.</summary>
    public static void UseFor(KestrelConfigurationLoader loader, IServiceProvider services)
    {
        var root = services.GetRequiredService<IHostEnvironment>().ContentRootPath;
        foreach (var endpoint in loader.Configuration.GetSection("Endpoints").GetChildren())
        {
            var settings = endpoint.GetSection("Certificate");
            if (settings["Path"] is not { Length: > 0 } path || settings["KeyPath"] is not { Length: > 0 } keyPath)
                continue;

            loader.Endpoint(endpoint.Key, configured =>
            {
                var certificate = new ReloadingCertificate(
                    Path.Combine(root, path), Path.Combine(root, keyPath), settings["Password"],
                    services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ReloadingCertificate>>());
                configured.HttpsOptions.OnAuthenticate = (_, tls) => tls.ServerCertificateContext = certificate.Get();
            });
        }
    }

    private SslStreamCertificateContext Get()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= _interval && _loading.TryEnter())
        {
            try
            {
                Look();
            }
            finally
            {
                _loading.Exit();
            }
        }

        return _current;
    }

    private void Look()
    {
        try
        {
            var hash = HashFiles();
            if (hash.AsSpan().SequenceEqual(_hash))
                return;
            _hash = hash;
            _current = Load(); // the one before is not disposed: handshakes may be using it
            Log.Reloaded(_logger, _path, _current.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            Log.NotReloaded(_logger, _path, e.Message);
        }
        finally
        {
            Volatile.Write(ref _lookedAt, _time.GetTimestamp());
        }
    }

    private SslStreamCertificateContext Load()
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_path);
        var certificate = _password is null
            ? X509Certificate2.CreateFromPemFile(_path, _keyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(_path, _password, _keyPath);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private byte[] HashFiles() => [.. SHA256.HashData(File.ReadAllBytes(_path)), .. SHA256.HashData(File.ReadAllBytes(_keyPath))];

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Took up the certificate of {Path}, valid until {NotAfter:u}")]
        public static partial void Reloaded(ILogger logger, string path, DateTime notAfter);

        [LoggerMessage(LogLevel.Error, "Could not take up the certificate of {Path}, went on with the one before: {Problem}")]
        public static partial void NotReloaded(ILogger logger, string path, string problem);
    }
}
