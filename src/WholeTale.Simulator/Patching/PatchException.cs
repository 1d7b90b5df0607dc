namespace WholeTale.Simulator.Patching;

/// <summary>A patch cannot be read (400), does not fit the object (422), or breaks the server's own rules (500).</summary>
internal sealed class PatchException(string message, int code = 422) : Exception(message)
{
    public int Code => code;
}
