using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Samples.Sidecar.Tests.Rig;

/// <summary>A token service (distribution token spec) whose tokens docker-registry believes: signed by a key whose certificate it is given.</summary>
internal sealed class TokenService : IAsyncDisposable
{
    private readonly ArchiveServer _server;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;
    private readonly TemporaryFolder _folder = new();

    private TokenService(ArchiveServer server)
    {
        _server = server;
        var request = new CertificateRequest("CN=tokens", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _folder.Write("tokens.pem", _certificate.ExportCertificatePem());
        _server.Answer = AnswerAsync;
    }

    /// <summary>For the registry's configuration.</summary>
    public string Auth => $$"""auth: { token: { realm: "{{_server.Url("token")}}", service: registry, issuer: tests, rootcertbundle: "{{_folder["tokens.pem"]}}" } }""";

    public IReadOnlyList<ArchiveServer.Request> Requests => _server.Requests;

    public string Url => _server.Url("token");

    /// <summary>What a request must bring to get a token; null for tokens to anybody.</summary>
    public string? Authorization { get; set; }

    public static async Task<TokenService> StartAsync() => new(await ArchiveServer.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificate.Dispose();
        _key.Dispose();
        _folder.Dispose();
    }

    /// <summary>A token to do something with a repository.</summary>
    public string Sign(string repository, params string[] actions)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = new JsonObject { ["typ"] = "JWT", ["alg"] = "ES256", ["x5c"] = new JsonArray(Convert.ToBase64String(_certificate.RawData)) };
        var claims = new JsonObject
        {
            ["iss"] = "tests",
            ["sub"] = "",
            ["aud"] = "registry",
            ["exp"] = now + 300,
            ["nbf"] = now - 60,
            ["iat"] = now - 60,
            ["jti"] = "1",
            ["access"] = new JsonArray(new JsonObject { ["type"] = "repository", ["name"] = repository, ["actions"] = new JsonArray([.. actions]) }),
        };
        var text = $"{Encode(header)}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (Authorization is not null && context.Request.Headers.Authorization != Authorization)
            return Results.StatusCode(401).ExecuteAsync(context);
        var scope = context.Request.Query["scope"].ToString().Split(':');
        return Results.Text(new JsonObject { ["token"] = Sign(scope[1], scope[2].Split(',')), ["expires_in"] = 300 }.ToJsonString(), "application/json").ExecuteAsync(context);
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}
