using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Rig;

namespace Calico.Tests.Demo;

/// <summary>A running container of the demo, as the CNI plugin's result describes it.</summary>
internal sealed record Container(Placement Placement, Pod Pod, JsonObject Conf, IpAddress Address4, IpAddress Address6, string HostDevice)
{
    public string Name => Placement.Name;

    public IpAddress Address(IpFamily family) => family == IpFamily.IPv4 ? Address4 : Address6;
}
