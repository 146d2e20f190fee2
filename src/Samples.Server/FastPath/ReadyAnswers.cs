namespace Samples.Server;

/// <summary>The answers that an asset has been asked for, made at the first time of asking from the headers that the pipeline gives it.</summary>
internal sealed class ReadyAnswers(Asset asset)
{
    /// <summary>For each representation, what 200 and what 304 have.</summary>
    private readonly ReadyAnswer?[] _answers = new ReadyAnswer?[2 * (1 + asset.Coded.Length)];

    /// <summary>Null where the order of the headers cannot be told from here.</summary>
    /// <param name="site">The asset's.</param>
    /// <param name="representation">One of the asset's that is in memory.</param>
    /// <param name="isKnown">Whether the client has it already.</param>
    public ReadyAnswer? Find(Site site, Representation representation, bool isKnown)
    {
        // A header taken away leaves a gap that Kestrel fills with the next one of those it does not know.
        if (asset.Headers.TakesAway)
            return null;

        var place = 2 * (1 + Array.IndexOf(asset.Coded, representation));
        return isKnown
            ? _answers[place + 1] ??= MakeNotModified(site, representation)
            : _answers[place] ??= MakeOk(site, representation);
    }

    private ReadyAnswer MakeOk(Site site, Representation representation)
    {
        IHeaderDictionary headers = new HeaderDictionary();
        AssetResponse.Describe(headers, site, asset, representation);
        headers.AcceptRanges = SiteHeaders.AcceptRanges;
        AssetResponse.DescribeBody(headers, asset, representation, representation.Length);
        return new ReadyAnswer(StatusCodes.Status200OK, "OK", headers, representation.Bytes!, representation.Coding);
    }

    private ReadyAnswer MakeNotModified(Site site, Representation representation)
    {
        IHeaderDictionary headers = new HeaderDictionary();
        AssetResponse.Describe(headers, site, asset, representation);
        return new ReadyAnswer(StatusCodes.Status304NotModified, "Not Modified", headers, [], null);
    }
}
