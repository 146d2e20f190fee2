using System.Net.Http.Headers;
using System.Text;

namespace Samples.Sidecar.Sources;

/// <summary>What a source asks of its reader, from files that are read afresh each time.</summary>
public sealed class Credentials(SourceSettings settings)
{
    /// <summary>The <c>Authorization</c> header: a bearer token (RFC 6750), else Basic (RFC 7617), else null.</summary>
    /// <exception cref="SourceUnavailableException">A file cannot be read.</exception>
    public AuthenticationHeaderValue? Read()
    {
        if (settings.TokenPath.Length > 0)
            return new AuthenticationHeaderValue("Bearer", ReadSecret(settings.TokenPath));
        if (ReadBasic() is not var (user, password))
            return null;
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }

    /// <summary>User name and password, or null where none are set.</summary>
    /// <exception cref="SourceUnavailableException">The password's file cannot be read.</exception>
    public (string User, string Password)? ReadBasic() =>
        settings.PasswordPath.Length > 0 ? (settings.Username, ReadSecret(settings.PasswordPath)) : null;

    private static string ReadSecret(string path)
    {
        try
        {
            // kubectl create secret --from-file keeps the newline that an editor put at the end.
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"The credentials in '{path}' cannot be read: {e.Message}", inner: e);
        }
    }
}
