using Calico.Ipam.Core.Audit;
using Calico.Ipam.Core.Collection;
using Calico.Model.Net;

namespace Calico.Ctl.Ipam;

/// <summary>Who has an address, for many questions to one snapshot. Pure.</summary>
internal sealed class AddressIndex(IpamSnapshot store)
{
    private readonly Dictionary<IpAddress, AddressRelease> _held = store.Holdings
        .SelectMany(holding => holding.Addresses.Select(held => new AddressRelease(held.Address, held.Block, holding.HandleId, held.Sequence)))
        .DistinctBy(held => held.Address).ToDictionary(held => held.Address);

    private readonly Dictionary<IpAddress, string> _endpoints = store.Endpoints
        .SelectMany(entry => (entry.Endpoint.Spec.IPNetworks ?? []).Where(network => network.IsSingleAddress)
            .Select(network => (network.Address, Name: $"{entry.Endpoint.Metadata.Namespace}/{entry.Endpoint.Metadata.Name}")))
        .DistinctBy(endpoint => endpoint.Address).ToDictionary(endpoint => endpoint.Address, endpoint => endpoint.Name);

    /// <summary>What gives the address back as it was seen; null when it is free.</summary>
    public AddressRelease? Find(IpAddress address) => _held.GetValueOrDefault(address);

    /// <summary>Namespace and name of the endpoint that has the address.</summary>
    public string? EndpointOf(IpAddress address) => _endpoints.GetValueOrDefault(address);
}
