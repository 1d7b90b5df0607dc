namespace WholeTale.Gke;

internal static class Placeholder;
