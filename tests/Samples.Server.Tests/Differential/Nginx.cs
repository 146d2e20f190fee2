using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Samples.Server.Tests;

/// <summary>Debian's nginx over a folder, with the directives that ask of it what the server does by itself.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly Process _process;

    private Nginx(TemporaryFolder folder, Process process, Uri url) => (_folder, _process, Url) = (folder, process, url);

    public Uri Url { get; }

    public static async Task<Nginx> StartAsync(string root)
    {
        var folder = new TemporaryFolder();
        var port = FreePort();
        var configuration = folder.Write("nginx.conf", $$"""
            daemon off; master_process off; pid {{folder["pid"]}}; error_log {{folder["error.log"]}} crit;
            events {}
            http {
              types { text/html html; text/plain txt; text/javascript js; }
              default_type application/octet-stream;
              charset utf-8;
              charset_types text/plain text/javascript;
              access_log off;
              client_body_temp_path {{folder["body"]}}; proxy_temp_path {{folder["proxy"]}}; fastcgi_temp_path {{folder["fastcgi"]}};
              uwsgi_temp_path {{folder["uwsgi"]}}; scgi_temp_path {{folder["scgi"]}};
              server {
                listen 127.0.0.1:{{port}};
                root {{root}};
                index index.html;
                error_page 404 /404.html;
                absolute_redirect off;
                if_modified_since before;
                gzip_static on;
                gzip_vary on;
                max_ranges 16;
                location ~ /\.(?!well-known/) { return 404; }
              }
            }
            """);
        var process = Process.Start(new ProcessStartInfo("nginx", ["-e", folder["error.log"], "-c", configuration]))!;
        await Eventually.TrueAsync(() => !process.HasExited && Listens(port), "nginx to listen");
        return new Nginx(folder, process, new Uri($"http://127.0.0.1:{port}"));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Listens(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
