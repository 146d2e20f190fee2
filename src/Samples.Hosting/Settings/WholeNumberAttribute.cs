namespace Samples.Hosting;

/// <summary>A whole number within bounds, both allowed.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WholeNumberAttribute(int minimum, int maximum) : SettingAttribute($"a whole number from {minimum} to {maximum}")
{
    public int Minimum { get; } = minimum;

    public int Maximum { get; } = maximum;

    protected override bool IsAllowed(object? value) => value is int number && number >= Minimum && number <= Maximum;
}
