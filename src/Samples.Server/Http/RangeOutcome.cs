namespace Samples.Server;

internal enum RangeOutcome
{
    /// <summary>200 with the whole body.</summary>
    Whole,

    /// <summary>206 with one range.</summary>
    Part,

    /// <summary>206 with several ranges, as <c>multipart/byteranges</c>.</summary>
    Parts,

    /// <summary>416.</summary>
    Unsatisfiable,
}
