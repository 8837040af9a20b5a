using Calico.Model.Net;

namespace Calico.Controller.Ipam;

/// <summary>A block to be taken from its owner.</summary>
/// <param name="Sequence">As it was seen; null when the owner left the cluster.</param>
internal sealed record BlockRelease(string Node, Cidr Block, ulong? Sequence);
