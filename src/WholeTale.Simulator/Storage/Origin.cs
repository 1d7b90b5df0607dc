namespace WholeTale.Simulator.Storage;

/// <summary>Who makes the changes of this thread: a client, unless a controller is at work on it.</summary>
internal static class Origin
{
    [ThreadStatic]
    private static bool _isController;

    public static bool IsController => _isController;

    /// <summary>Does a controller's work, which does not leave its thread.</summary>
    public static T AsController<T>(Func<T> work)
    {
        _isController = true;
        try
        {
            return work();
        }
        finally
        {
            _isController = false;
        }
    }
}
