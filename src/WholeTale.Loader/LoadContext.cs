namespace WholeTale.Loader;

internal static class Placeholder;
