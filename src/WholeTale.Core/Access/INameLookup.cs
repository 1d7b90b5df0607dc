using System.Net;

namespace WholeTale.Core.Access;

/// <summary>Asks for the addresses of a name.</summary>
internal interface INameLookup
{
    /// <summary>The addresses; none where the name is not known.</summary>
    Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken);
}
