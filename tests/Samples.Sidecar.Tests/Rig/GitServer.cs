using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>
/// Git's own server program, <c>git http-backend</c>, behind Debian's nginx and fcgiwrap: two ordinary processes around a
/// temporary folder. It can be stopped, and started again on the same port.
/// </summary>
internal sealed class GitServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort();
    private readonly string? _token;
    private readonly List<Process> _processes = [];

    private GitServer(bool asksPassword, string? token)
    {
        _token = token;
        Directory.CreateDirectory(_folder["repositories"]);
        _folder.Write("backend", $"""
            #!/bin/sh
            PATH='{Environment.GetEnvironmentVariable("PATH")}'; export PATH
            while [ -e '{_folder["held"]}' ]; do touch '{_folder["waiting"]}'; sleep 0.02; done
            exec git http-backend
            """);
        File.SetUnixFileMode(_folder["backend"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _folder.Write("passwords", "");
        _folder.Write("nginx.conf", Configuration(asksPassword));
    }

    /// <summary>A server without users; where <paramref name="asksPassword"/>, none gets in before <see cref="SetPassword"/>.</summary>
    /// <param name="token">The bearer token that it wants.</param>
    public static async Task<GitServer> StartAsync(bool asksPassword = false, string? token = null)
    {
        foreach (var program in (string[])["git", "nginx", "fcgiwrap"])
            Needs.Program(program);
        var server = new GitServer(asksPassword, token);
        await server.StartAgainAsync();
        return server;
    }

    public async Task StartAgainAsync()
    {
        File.Delete(_folder["fcgi.sock"]);
        _processes.Add(Process.Start(new ProcessStartInfo("fcgiwrap", ["-s", $"unix:{_folder["fcgi.sock"]}"]) { RedirectStandardInput = true })!);
        await Eventually.TrueAsync(() => File.Exists(_folder["fcgi.sock"]), "fcgiwrap to listen");
        _processes.Add(Process.Start(new ProcessStartInfo("nginx", ["-e", _folder["error.log"], "-c", _folder["nginx.conf"]]))!);
        await Eventually.TrueAsync(() => !_processes[^1].HasExited && Listens(), "nginx to listen");
    }

    public async Task StopAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Eventually.Deadline);
            process.Dispose();
        }

        _processes.Clear();
    }

    /// <summary>The address as a sidecar takes it.</summary>
    /// <param name="query">Begins with <c>?</c>, or is empty.</param>
    public string Url(string repository, string query = "") => $"git+http://127.0.0.1:{_port}/{repository}{query}";

    public string PathOf(string repository) => _folder[$"repositories/{repository}"];

    /// <summary>The one pair that is let in from now on.</summary>
    public void SetPassword(string user, string password) => File.WriteAllText(_folder["passwords"], $"{user}:{{PLAIN}}{password}\n");

    /// <summary>
    /// Every request so far, with the user of its credentials in front and the status behind: <c>- GET /site.git/info/refs 200</c>. nginx
    /// logs a request once it has ended, and before it takes up the next.
    /// </summary>
    public async Task<string[]> RequestsAsync()
    {
        using var client = new HttpClient();
        await client.GetAsync(new Uri($"http://127.0.0.1:{_port}/log"), TestContext.Current.CancellationToken);
        return File.ReadAllLines(_folder["access.log"]);
    }

    /// <summary>From now on requests are accepted and not answered, until <see cref="Release"/>.</summary>
    public void Hold() => _folder.Write("held", "");

    /// <summary>Ends when a request has come that is not answered.</summary>
    public Task WhenHeldAsync() => Eventually.TrueAsync(() => File.Exists(_folder["waiting"]), "a request");

    public void Release() => File.Delete(_folder["held"]);

    public async ValueTask DisposeAsync()
    {
        Release();
        await StopAsync();
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Configuration(bool asksPassword) => $$"""
        daemon off; master_process off; pid {{_folder["pid"]}}; error_log {{_folder["error.log"]}} crit;
        events {}
        http {
          log_format plain '$remote_user $request_method $uri $status';
          access_log {{_folder["access.log"]}} plain;
          client_body_temp_path {{_folder["body"]}}; proxy_temp_path {{_folder["proxy"]}}; fastcgi_temp_path {{_folder["fastcgi"]}};
          uwsgi_temp_path {{_folder["uwsgi"]}}; scgi_temp_path {{_folder["scgi"]}};
          server {
            listen 127.0.0.1:{{_port}};
            {{(asksPassword ? $"auth_basic Git; auth_basic_user_file {_folder["passwords"]};" : "")}}
            location = /log { auth_basic off; access_log off; return 204; }
            location /moved/ { rewrite ^/moved/(.*) /$1 redirect; }
            location / {
              {{(_token is null ? "" : $$"""if ($http_authorization != "Bearer {{_token}}") { return 401; }""")}}
              client_max_body_size 0;
              fastcgi_pass unix:{{_folder["fcgi.sock"]}};
              fastcgi_read_timeout 600s;
              fastcgi_buffering off;
              fastcgi_param SCRIPT_FILENAME {{_folder["backend"]}};
              fastcgi_param GIT_PROJECT_ROOT {{_folder["repositories"]}};
              fastcgi_param GIT_HTTP_EXPORT_ALL 1;
              fastcgi_param PATH_INFO $uri;
              fastcgi_param QUERY_STRING $query_string;
              fastcgi_param REQUEST_METHOD $request_method;
              fastcgi_param CONTENT_TYPE $content_type;
              fastcgi_param CONTENT_LENGTH $content_length;
              fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
              fastcgi_param GIT_PROTOCOL $http_git_protocol;
              fastcgi_param REMOTE_USER $remote_user;
            }
          }
        }
        """;

    private bool Listens()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
