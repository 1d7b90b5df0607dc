using System.Collections.Concurrent;

namespace WholeTale.Simulator.Controllers;

/// <summary>A set that loops and requests may share.</summary>
internal sealed class ConcurrentSet<T>
    where T : notnull
{
    private readonly ConcurrentDictionary<T, byte> _items = new();

    public bool Contains(T item) => _items.ContainsKey(item);

    public bool Add(T item) => _items.TryAdd(item, 0);

    public bool Remove(T item) => _items.TryRemove(item, out _);
}
