using System.Collections.Immutable;
using Calico.Ipam.Core.Endpoints;
using Calico.Ipam.Core.Pools;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Reserve;

/// <summary>What was last known of pools and settings, as far as it decides who may get an address of the reserve. Pure; immutable.</summary>
public sealed class OfflineRules
{
    private readonly ImmutableArray<Pool> _pools;
    private readonly IReadOnlyDictionary<string, string> _nodeLabels;

    internal OfflineRules(ImmutableArray<Pool> pools, IReadOnlyDictionary<string, string> nodeLabels, TimeSpan coolDown) =>
        (_pools, _nodeLabels, CoolDown) = (pools, nodeLabels, coolDown);

    /// <summary>How long a released address rests before it is given out again.</summary>
    public TimeSpan CoolDown { get; }

    /// <summary>The families that the request is to get.</summary>
    /// <exception cref="IpamException">The request contradicts itself.</exception>
    public static IReadOnlyList<IpFamily> Families(AssignRequest request) => [.. PodAnnotations.Families(request).Order()];

    /// <summary>
    /// Chooses addresses for a request out of <paramref name="free"/>: the first of each family whose pool serves it. Null when the reserve cannot
    /// honour the request: it asks for a certain address, or for a family or a pool that <paramref name="free"/> has nothing of.
    /// </summary>
    /// <exception cref="IpamException">The request contradicts itself, or names a pool that cannot be used.</exception>
    public ImmutableArray<IpAddress>? Choose(AssignRequest request, IReadOnlyList<IpAddress> free)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (PodAnnotations.Addresses(request).Count > 0)
        {
            return null;
        }

        var chosen = ImmutableArray.CreateBuilder<IpAddress>();
        foreach (var family in Families(request))
        {
            var usable = PoolChooser.Choose(_pools, family, PodAnnotations.Pools(request, family), () => _nodeLabels, request.Metadata.NamespaceLabels).Usable;
            if (Transactions.HeldAddresses.FirstOrNull(free, a => a.Family == family && usable.Any(pool => pool.Cidr.Contains(a))) is not { } address)
            {
                return null;
            }

            chosen.Add(address);
        }

        return chosen.Count > 0 ? chosen.ToImmutable() : null;
    }

    /// <summary>The endpoint as an ADD of the store's would have written it.</summary>
    /// <param name="existing">What was last known under its name.</param>
    /// <exception cref="IpamException">An annotation of the pod cannot be read.</exception>
    public static Resource<WorkloadEndpointSpec> Endpoint(
        AssignRequest request, Resource<WorkloadEndpointSpec>? existing, ImmutableArray<IpAddress> addresses, DateTimeOffset now) =>
        EndpointBuilder.Endpoint(request, existing, addresses, Guid.NewGuid(), now);
}
