namespace WholeTale.Simulator.Protobuf;

/// <summary>A field of a message as <c>messages.txt</c> tells it.</summary>
/// <param name="Name">Its JSON name; <c>~</c> where its message's fields stand inline.</param>
/// <param name="Type">A letter for a scalar, else a message's name.</param>
/// <param name="Shape">One value, a list or a map with string keys.</param>
/// <param name="Pointer">Whether a zero counts: Go leaves a plain field's zero out of JSON, a pointer's not.</param>
internal sealed record WireField(string Name, string Type, WireShape Shape, bool Pointer);

/// <summary>How many values a field has.</summary>
internal enum WireShape
{
    /// <summary>One.</summary>
    One,

    /// <summary>A list.</summary>
    List,

    /// <summary>A map with string keys.</summary>
    Map,
}
