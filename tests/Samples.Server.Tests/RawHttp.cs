using System.Net.Sockets;
using System.Text;

namespace Samples.Server.Tests;

/// <summary>Sends requests byte for byte: HttpClient would tidy them.</summary>
internal static class RawHttp
{
    /// <summary>Sends one request line with a Host and what else is given, reads until the server closes; returns all of it.</summary>
    public static async Task<string> SendAsync(Uri server, string requestLine, params string[] headers)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        var request = string.Join("\r\n", [requestLine, "Host: site.example", "Connection: close", .. headers, "", ""]);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public static int StatusOf(string response) => int.Parse(response.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
}
