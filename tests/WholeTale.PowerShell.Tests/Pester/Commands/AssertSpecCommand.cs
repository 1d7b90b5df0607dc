using System.Collections;
using System.Management.Automation;

namespace WholeTale.PowerShell.Tests.Pester.Commands;

/// <summary>Should, with the operators of Pester that our specs use and with Pester's semantics (https://pester.dev/docs/assertions).</summary>
[Cmdlet(VerbsLifecycle.Assert, "Spec")]
public sealed class AssertSpecCommand : PSCmdlet
{
    private readonly List<object?> input = [];

    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    public object? ActualValue { get; set; }

    [Parameter]
    public SwitchParameter Not { get; set; }

    [Parameter]
    public string Because { get; set; } = "";

    [Parameter(Position = 0)]
    [AllowNull]
    public object? ExpectedValue { get; set; }

    [Parameter]
    public string? ExpectedMessage { get; set; }

    [Parameter]
    public string? ErrorId { get; set; }

    [Parameter]
    public Type? ExceptionType { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    [Parameter]
    public SwitchParameter Be { get; set; }

    [Parameter]
    public SwitchParameter BeExactly { get; set; }

    [Parameter]
    public SwitchParameter BeTrue { get; set; }

    [Parameter]
    public SwitchParameter BeFalse { get; set; }

    [Parameter]
    public SwitchParameter BeNullOrEmpty { get; set; }

    [Parameter]
    public SwitchParameter BeLike { get; set; }

    [Parameter]
    public SwitchParameter BeLikeExactly { get; set; }

    [Parameter]
    public SwitchParameter Match { get; set; }

    [Parameter]
    public SwitchParameter MatchExactly { get; set; }

    [Parameter]
    public SwitchParameter Contain { get; set; }

    [Parameter]
    public SwitchParameter BeIn { get; set; }

    [Parameter]
    public SwitchParameter HaveCount { get; set; }

    [Parameter]
    public SwitchParameter BeOfType { get; set; }

    [Parameter]
    public SwitchParameter BeGreaterThan { get; set; }

    [Parameter]
    public SwitchParameter BeGreaterOrEqual { get; set; }

    [Parameter]
    public SwitchParameter BeLessThan { get; set; }

    [Parameter]
    public SwitchParameter BeLessOrEqual { get; set; }

    [Parameter]
    public SwitchParameter Exist { get; set; }

    [Parameter]
    public SwitchParameter Throw { get; set; }

    protected override void ProcessRecord() => input.Add(ActualValue is PSObject { BaseObject: { } bare } wrapped && bare is not PSCustomObject ? bare : ActualValue);

    protected override void EndProcessing()
    {
        var operators = MyInvocation.BoundParameters.Keys.Where(Assertions.Names.Contains).ToList();
        if (operators.Count != 1)
            throw new ArgumentException("Should takes one operator.");
        if (Throw)
        {
            AssertThrow();
            return;
        }

        var expected = ExpectedValue is PSObject { BaseObject: { } bare } && bare is not PSCustomObject ? bare : ExpectedValue;
        // A value given by parameter is one value, even if it is a list.
        List<object?> actual = MyInvocation.ExpectingInput ? input : ActualValue is IList list ? [.. list.Cast<object?>()] : [ActualValue];
        var subjects = Assertions.TakesAll(operators[0]) ? [actual] : actual.Count == 0 ? [[null]] : actual.Select(item => (IReadOnlyList<object?>)[item]);
        foreach (var subject in subjects)
        {
            if (Assertions.Holds(operators[0], subject, expected, SessionState) == Not.IsPresent)
                Fail($"Expected {(operators[0] is "Be" or "BeExactly" ? "" : operators[0] + " ")}{(Not ? "not " : "")}{Assertions.Show(expected)}, but got {Assertions.Show(subject)}.");
        }
    }

    private void AssertThrow()
    {
        if (input is not [ScriptBlock block])
            throw new ArgumentException("Should -Throw takes a script block.");
        var error = SpecContext.RunInside(this, block);
        var message = ExpectedMessage ?? ExpectedValue as string;
        var isWanted = error is not null
            && (message is null || new WildcardPattern(message, WildcardOptions.IgnoreCase).IsMatch(error.Exception.Message))
            && (ErrorId is null || new WildcardPattern(ErrorId, WildcardOptions.IgnoreCase).IsMatch(error.FullyQualifiedErrorId))
            && (ExceptionType is null || ExceptionType.IsInstanceOfType(error.Exception));
        if (isWanted == Not.IsPresent)
        {
            var seen = error is null ? "none was thrown" : $"got '{error.Exception.Message}' ({error.FullyQualifiedErrorId}, {error.Exception.GetType()})";
            Fail(Not ? $"Expected no error, but {seen}." : $"Expected an error{(message is null ? "" : $" like '{message}'")}{(ErrorId is null ? "" : $" with id '{ErrorId}'")}, but {seen}.");
        }

        if (PassThru)
            WriteObject(error);
    }

    private void Fail(string message) => ThrowTerminatingError(new ErrorRecord(
        new AssertionFailedException(Because.Length > 0 ? $"{message} Because {Because}." : message), "PesterAssertionFailed", ErrorCategory.InvalidResult, null));
}
