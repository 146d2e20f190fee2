namespace Samples.Hosting;

/// <summary>A setting's value cannot be used. The message names the setting, the value and what is allowed.</summary>
public sealed class InvalidSettingException(string message) : Exception(message);
