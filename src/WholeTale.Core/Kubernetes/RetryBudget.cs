namespace WholeTale.Core.Kubernetes;

/// <summary>
/// How often requests of one run may be sent again, all together: a server that fails everything is not asked five times for each of a hundred things.
/// Each retry takes from it and each success gives some back, so that a long run on a server that fails now and then never runs out (gRFC A6 does it so).
/// </summary>
internal sealed class RetryBudget
{
    private const double Full = 100;

    // Half a retry a success: a server may fail every third request for ever.
    private const double Refund = 0.5;

    private readonly Lock gate = new();
    private double left = Full;

    /// <summary>Takes one; false where nothing is left.</summary>
    internal bool TryTake()
    {
        lock (gate)
        {
            if (left < 1)
                return false;
            left--;
            return true;
        }
    }

    internal void Refill()
    {
        lock (gate)
            left = Math.Min(Full, left + Refund);
    }
}
