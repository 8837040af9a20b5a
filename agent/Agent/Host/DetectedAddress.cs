using Calico.Model.Net;

namespace Calico.Agent.Host;

internal sealed record DetectedAddress(string Interface, InterfaceAddress Address, bool IsByDefaultRoute)
{
    public override string ToString() => $"{Address} on {Interface}{(IsByDefaultRoute ? " (default route)" : "")}";
}
