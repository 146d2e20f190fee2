namespace Samples.Hosting;

/// <summary>A setting that has a value, whatever it is.</summary>
/// <param name="allowed">Completes the sentence "it takes …".</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotEmptyAttribute(string allowed) : SettingAttribute(allowed)
{
    public string Allowed { get; } = allowed;

    protected override bool IsAllowed(object? value) => value is string { Length: > 0 };
}
