namespace WholeTale.Core.Checks;

/// <summary>No check has a name that was asked for.</summary>
public sealed class NoSuchCheckException(string names)
    : WholeTaleException("CheckNotFound", FailureKind.NotFound, names, $"There is no check named {names}.", "Test-WholeTale without -Name shows all, with their names.");
