using System.Diagnostics;
using CliWrap;

namespace Samples.Bench;

/// <summary><c>git http-backend</c> behind nginx and fcgiwrap, with one repository of its own.</summary>
public sealed class GitServer : IDisposable
{
    private readonly string _folder;
    private readonly Process[] _processes;

    private GitServer(string folder, Process[] processes) => (_folder, _processes) = (folder, processes);

    /// <summary>The work tree that <see cref="CommitAsync"/> commits from.</summary>
    public string WorkTree => Path.Combine(_folder, "work");

    public static string Url(int port) => $"git+http://127.0.0.1:{port}/site.git?ref=main";

    public static async Task<GitServer> StartAsync(string folder, int port)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "nginx.conf"), $$"""
            daemon off; master_process off; pid {{folder}}/pid; error_log {{folder}}/error.log crit;
            events {}
            http {
              access_log off; client_body_temp_path {{folder}}/body; fastcgi_temp_path {{folder}}/fastcgi; proxy_temp_path {{folder}}/proxy; uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
              server {
                listen 127.0.0.1:{{port}};
                location / {
                  fastcgi_pass unix:{{folder}}/fcgi.sock;
                  fastcgi_buffering off;
                  fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
                  fastcgi_param GIT_PROJECT_ROOT {{folder}};
                  fastcgi_param GIT_HTTP_EXPORT_ALL 1;
                  fastcgi_param PATH_INFO $uri;
                  fastcgi_param QUERY_STRING $query_string;
                  fastcgi_param REQUEST_METHOD $request_method;
                  fastcgi_param CONTENT_TYPE $content_type;
                  fastcgi_param CONTENT_LENGTH $content_length;
                  fastcgi_param HTTP_CONTENT_ENCODING $http_content_encoding;
                  fastcgi_param GIT_PROTOCOL $http_git_protocol;
                }
              }
            }
            """);
        Process[] processes =
        [
            Process.Start(new ProcessStartInfo("fcgiwrap", ["-s", $"unix:{folder}/fcgi.sock"]) { RedirectStandardInput = true })!,
            Process.Start("nginx", ["-e", $"{folder}/error.log", "-c", $"{folder}/nginx.conf"]),
        ];
        var server = new GitServer(folder, processes);
        Directory.CreateDirectory(server.WorkTree);
        await server.GitAsync("init", "--quiet", "--initial-branch=main");
        await server.GitAsync("config", "gc.auto", "0");
        await server.GitAsync("init", "--quiet", "--bare", Path.Combine(folder, "site.git"));
        return server;
    }

    /// <summary>Commits all there is in the work tree and pushes it.</summary>
    public async Task CommitAsync()
    {
        await GitAsync("add", "--all");
        await GitAsync("-c", "user.name=bench", "-c", "user.email=bench@example.org", "commit", "--quiet", "--message=change");
        await GitAsync("push", "--quiet", Path.Combine(_folder, "site.git"), "main");
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
    }

    private Task GitAsync(params string[] args) => Cli.Wrap("git").WithArguments(args).WithWorkingDirectory(WorkTree).ExecuteAsync();
}
