namespace WholeTale.Simulator.Girder;

/// <summary>The generations of Girder that Whole Tale has run on; their APIs differ.</summary>
internal enum GirderGeneration
{
    /// <summary>whole-tale/girder 2.5: plugins are enabled and loaded by a restart, both through the API.</summary>
    Two = 2,

    /// <summary>Girder 5: what is installed is loaded; neither plugins nor restart can be asked for, and there is no GridFS.</summary>
    Five = 5,
}
