using Calico.Model.Net;

namespace Calico.Agent.Host;

/// <summary>A device of the host with its usable global addresses.</summary>
/// <param name="HasDefaultRoute">The families whose default route leaves by it.</param>
internal sealed record HostInterface(
    string Name, bool IsUp, int Mtu, IReadOnlyList<InterfaceAddress> Addresses, IReadOnlyList<IpFamily> HasDefaultRoute);
