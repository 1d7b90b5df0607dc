namespace WholeTale.Simulator.Patching;

/// <summary>A patch cannot be read (400), or does not fit the object (422).</summary>
internal sealed class PatchException(string message, bool unreadable = false) : Exception(message)
{
    public bool IsUnreadable => unreadable;
}
