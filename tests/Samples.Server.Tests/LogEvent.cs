using Microsoft.Extensions.Logging;

namespace Samples.Server.Tests;

internal sealed record LogEvent(string Category, LogLevel Level, string Message, IReadOnlyDictionary<string, object?> Fields, Exception? Exception);
