using System.Net;
using Samples.Sidecar.Sync;

namespace Samples.Sidecar.Http;

/// <summary>
/// What the verbs of a second <c>sidecar</c> process ask of the running one: over loopback, and never through a
/// proxy, since a proxy of the same pod comes from loopback too.
/// </summary>
internal static class ControlEndpoints
{
    public const string Sync = "/control/sync";
    public const string RollbackTo = "/control/rollback";
    public const string Unpin = "/control/unpin";

    public static void MapControl(this WebApplication app)
    {
        var control = app.MapGroup("").AddEndpointFilter(async (context, next) =>
            IsLocal(context.HttpContext) ? await next(context) : Results.NotFound());

        control.MapPost(Sync, (SyncLoop loop) => AnswerAsync(async () =>
        {
            var record = await loop.RequestAsync(null);
            return Answer(record.Describe(), record.IsSuccess);
        }));
        control.MapPost(RollbackTo, (SyncLoop loop, string? id) => AnswerAsync(async () =>
        {
            string? target = null;
            await loop.RequestAsync(writer => target = Rollback.To(writer, id));
            return Answer(Rollback.Describe(target!));
        }));
        control.MapPost(Unpin, (SyncLoop loop) => AnswerAsync(async () =>
        {
            await loop.RequestAsync(writer => writer.Pin(null));
            return Answer(Rollback.Unpinned);
        }));
    }

    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address
        && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For")
        && !context.Request.Headers.ContainsKey("Forwarded")
        && !context.Request.Headers.ContainsKey("Origin");

    private static async Task<IResult> AnswerAsync(Func<Task<IResult>> act)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (e is RollbackException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return Answer(e.Message, isSuccess: false);
        }
        catch (OperationCanceledException)
        {
            return Answer("The sidecar stops.", isSuccess: false);
        }
    }

    private static IResult Answer(string text, bool isSuccess = true) =>
        Results.Text(text + "\n", statusCode: isSuccess ? StatusCodes.Status200OK : StatusCodes.Status409Conflict);
}
