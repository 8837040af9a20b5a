using Calico.Policy.Evaluation;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Rig.Probing;

/// <summary>One packet, where it is sent and where it is expected.</summary>
public sealed record Probe(NetworkNamespace From, NetworkNamespace To, Packet Packet);
