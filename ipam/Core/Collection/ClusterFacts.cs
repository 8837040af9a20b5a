using System.Collections.Immutable;

namespace Calico.Ipam.Core.Collection;

/// <summary>What Kubernetes knows: every pod and every node. To be read after the store: whoever has an address then was a pod before.</summary>
public sealed record ClusterFacts(ImmutableDictionary<(string Namespace, string Name), PodFact> Pods, ImmutableHashSet<string> Nodes);
