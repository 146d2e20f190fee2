using System.ComponentModel.DataAnnotations;

namespace Samples.Hosting;

/// <summary>A check of one setting whose message names the setting, its value and what is allowed.</summary>
/// <param name="allowed">Completes the sentence "it takes …".</param>
public abstract class SettingAttribute(string allowed) : ValidationAttribute
{
    protected abstract bool IsAllowed(object? value);

    /// <summary>The value as the log may have it: without a secret.</summary>
    protected virtual string? Show(object? value) => value?.ToString();

    protected sealed override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        ArgumentNullException.ThrowIfNull(validationContext);
        if (IsAllowed(value))
            return ValidationResult.Success;

        // Options validators say 'ServerOptions.Url' for the setting 'Server__Url'.
        var setting = validationContext.DisplayName.Replace("Options.", "__", StringComparison.Ordinal).Replace(".", "__", StringComparison.Ordinal);
        return new ValidationResult($"{setting} is '{Show(value)}'; it takes {allowed}.", [validationContext.MemberName ?? ""]);
    }
}
