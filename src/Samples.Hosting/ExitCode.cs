namespace Samples.Hosting;

/// <summary>What each of the three programs says with its exit code.</summary>
public static class ExitCode
{
    /// <summary>It did as it was asked, or there was nothing to do.</summary>
    public const int Ok = 0;

    /// <summary>It tried and failed; trying again may help.</summary>
    public const int Failed = 1;

    /// <summary>A setting is wrong; trying again will not help.</summary>
    public const int BadConfiguration = 2;
}
