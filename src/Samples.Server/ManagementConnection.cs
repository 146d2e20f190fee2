using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Samples.Server;

/// <summary>
/// Marks the connections that came in at the management endpoint. Not by port, which may be 0 or mapped, and not by Host, which
/// the client chooses: metrics must not be had through the site's port.
/// </summary>
internal sealed class ManagementConnection
{
    private static readonly ManagementConnection _mark = new();

    public static void Mark(ListenOptions listen) => listen.Use(next => connection =>
    {
        connection.Features.Set(_mark);
        return next(connection);
    });

    public static bool IsMarked(HttpContext context) => context.Features.Get<ManagementConnection>() is not null;
}
