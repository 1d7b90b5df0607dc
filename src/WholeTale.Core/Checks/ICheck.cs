namespace WholeTale.Core.Checks;

/// <summary>One thing that must be right for Whole Tale to work.</summary>
internal interface ICheck
{
    /// <summary>What it checks: a word, and what it is about where there are several.</summary>
    string Name { get; }

    /// <summary>Looks, and changes nothing that would remain.</summary>
    /// <exception cref="WholeTaleException">It could not look, which is a failure too.</exception>
    Task<CheckOutcome> RunAsync(CheckContext context, CancellationToken cancellationToken);
}
