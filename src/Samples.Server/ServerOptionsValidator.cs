using Microsoft.Extensions.Options;

namespace Samples.Server;

[OptionsValidator]
public sealed partial class ServerOptionsValidator : IValidateOptions<ServerOptions>;
