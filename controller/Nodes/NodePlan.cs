using Calico.Ipam.Core.Collection;
using Calico.Model.Resources;

namespace Calico.Controller.Nodes;

/// <summary>What Calico's record of a node takes over from Kubernetes. Pure.</summary>
internal static class NodePlan
{
    /// <summary>
    /// The record as it should be; null when it already is. Labels follow Kubernetes: those that were copied earlier and are gone there go here too,
    /// those that somebody else put on the record stay unless Kubernetes has the same name.
    /// </summary>
    /// <param name="name">The node's name in Kubernetes.</param>
    public static Resource<NodeSpec>? Update(Resource<NodeSpec> node, string name, IReadOnlyDictionary<string, string> labels)
    {
        var annotations = node.Metadata.Annotations ?? [];
        var copied = KubeLabels.Read(annotations.GetValueOrDefault(KubeLabels.Annotation));
        var wanted = new Dictionary<string, string>(node.Metadata.Labels ?? [], StringComparer.Ordinal);
        foreach (var (gone, value) in copied.Where(label => !labels.ContainsKey(label.Key)))
        {
            // Changed here since: then it is somebody else's by now.
            if (wanted.GetValueOrDefault(gone) == value)
            {
                wanted.Remove(gone);
            }
        }

        foreach (var (label, value) in labels)
        {
            wanted[label] = value;
        }

        var memory = KubeLabels.Write(labels);
        var isReferenced = NodePresence.Reference(node) is not null;
        if (isReferenced && annotations.GetValueOrDefault(KubeLabels.Annotation) == memory && AreEqual(wanted, node.Metadata.Labels ?? []))
        {
            return null;
        }

        return node with
        {
            Metadata = node.Metadata with { Labels = wanted, Annotations = new(annotations) { [KubeLabels.Annotation] = memory } },
            Spec = isReferenced ? node.Spec : node.Spec with { OrchRefs = [.. node.Spec.OrchRefs ?? [], new OrchRef { Orchestrator = NodePresence.Kubernetes, NodeName = name }] },
        };
    }

    private static bool AreEqual(Dictionary<string, string> left, Dictionary<string, string> right) =>
        left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var value) && value == pair.Value);
}
