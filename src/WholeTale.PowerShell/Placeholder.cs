namespace WholeTale.PowerShell;

internal static class Placeholder;
