namespace WholeTale.Core;

/// <summary>Says how many there are of something: <c>1 object</c>, <c>2 objects</c>.</summary>
internal static class Counted
{
    internal static string Of(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
