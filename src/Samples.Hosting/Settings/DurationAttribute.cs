using System.Globalization;

namespace Samples.Hosting;

/// <summary>A <see cref="TimeSpan"/> within bounds, both allowed, written <c>[d.]hh:mm:ss[.fff]</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute(string minimum, string maximum)
    : SettingAttribute($"a duration from {minimum} to {maximum}, as [d.]hh:mm:ss")
{
    public string Minimum { get; } = minimum;

    public string Maximum { get; } = maximum;

    protected override bool IsAllowed(object? value) =>
        value is null || (value is TimeSpan duration
            && duration >= TimeSpan.Parse(Minimum, CultureInfo.InvariantCulture)
            && duration <= TimeSpan.Parse(Maximum, CultureInfo.InvariantCulture));
}
