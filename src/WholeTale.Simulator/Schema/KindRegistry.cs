using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace WholeTale.Simulator.Schema;

/// <summary>The kinds served at this moment: the built-in ones and those that CustomResourceDefinitions brought.</summary>
internal sealed class KindRegistry
{
    private readonly Lock _gate = new();
    private volatile State _state;

    public KindRegistry(IEnumerable<Kind> kinds) => _state = State.Of([.. kinds]);

    public KindRegistry()
        : this(BuiltInKinds.All)
    {
    }

    /// <summary>All kinds, in the order in which discovery names them.</summary>
    public ImmutableArray<Kind> All => _state.Kinds;

    /// <summary>Raised after kinds were added or removed.</summary>
    public event Action? Changed;

    /// <summary>Finds a resource as a path names it.</summary>
    public bool TryFind(string group, string version, string plural, [NotNullWhen(true)] out Kind? kind) =>
        _state.ByResource.TryGetValue((group, version, plural), out kind);

    /// <summary>Finds a kind as an object names it.</summary>
    public bool TryFindKind(string apiVersion, string name, [NotNullWhen(true)] out Kind? kind) =>
        _state.ByName.TryGetValue((apiVersion, name), out kind);

    /// <summary>The kind of that name, which must be served, e.g. <c>Get("apps/v1", "Deployment")</c>.</summary>
    public Kind Get(string apiVersion, string name) =>
        TryFindKind(apiVersion, name, out var kind) ? kind : throw new KeyNotFoundException($"The kind {apiVersion} {name} is not served.");

    public void Replace(Func<Kind, bool> remove, IEnumerable<Kind> add)
    {
        lock (_gate)
            _state = State.Of(_state.Kinds.RemoveAll(kind => remove(kind)).AddRange(add));
        Changed?.Invoke();
    }

    private sealed record State(
        ImmutableArray<Kind> Kinds,
        Dictionary<(string Group, string Version, string Plural), Kind> ByResource,
        Dictionary<(string ApiVersion, string Name), Kind> ByName)
    {
        public static State Of(ImmutableArray<Kind> kinds)
        {
            var byName = new Dictionary<(string, string), Kind>();
            foreach (var kind in kinds)
                byName.TryAdd((kind.ApiVersion, kind.Name), kind);
            return new State(kinds, kinds.ToDictionary(kind => (kind.Group, kind.Version, kind.Plural)), byName);
        }
    }
}
