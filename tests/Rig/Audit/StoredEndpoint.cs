using Calico.Model.Net;

namespace Calico.Tests.Rig.Audit;

/// <summary>The parts of a WorkloadEndpoint that must agree with address management and with the kernel.</summary>
public sealed record StoredEndpoint(string Key, string Node, string ContainerId, string Device, string Mac, IReadOnlyList<IpAddress> Addresses);
