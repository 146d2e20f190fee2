using System.Net;

namespace Samples.Server;

/// <summary>An address whose connections go the fast path first; Kestrel hands it to <see cref="FastListenerFactory"/>.</summary>
internal sealed class FastEndPoint(IPAddress address, int port) : IPEndPoint(address, port);
