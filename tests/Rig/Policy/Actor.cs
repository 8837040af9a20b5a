using Calico.Model.Net;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Rig.Policy;

/// <summary>Somebody with an address of each family who sends and receives: a pod, a host, or the world outside.</summary>
public sealed record Actor(string Name, NetworkNamespace Place, IpAddress Address4, IpAddress Address6)
{
    public IpAddress Address(IpFamily family) => family == IpFamily.IPv4 ? Address4 : Address6;

    public override string ToString() => Name;
}
