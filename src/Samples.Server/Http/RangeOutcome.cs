namespace Samples.Server;

internal enum RangeOutcome
{
    /// <summary>200 with the whole body.</summary>
    Whole,

    /// <summary>206 with one range.</summary>
    Part,

    /// <summary>416.</summary>
    Unsatisfiable,
}
