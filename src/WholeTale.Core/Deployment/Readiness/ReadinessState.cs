namespace WholeTale.Core.Deployment.Readiness;

/// <summary>What a rule says of an object.</summary>
/// <param name="Phase">Whether it is as it should be.</param>
/// <param name="Message">What is being waited for, or why it failed, in a few words.</param>
internal sealed record ReadinessState(ReadinessPhase Phase, string Message = "")
{
    internal static readonly ReadinessState Ready = new(ReadinessPhase.Ready);

    internal static ReadinessState Waiting(string message) => new(ReadinessPhase.Waiting, message);

    internal static ReadinessState Failed(string message) => new(ReadinessPhase.Failed, message);
}

/// <summary>kstatus calls them Current, InProgress and Failed.</summary>
internal enum ReadinessPhase
{
    Ready,
    Waiting,
    Failed,
}
