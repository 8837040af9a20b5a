using Calico.Model.Resources;
using Calico.Policy.Selectors;

namespace Calico.Controller.Resources;

/// <summary>What a BGPPeer must be, beyond what its schema can say. Pure.</summary>
internal static class PeerRules
{
    public static IReadOnlyList<string> Check(Resource<BgpPeerSpec> peer)
    {
        var (spec, errors) = (peer.Spec, new List<string>());
        var hasAddress = !string.IsNullOrEmpty(spec.PeerIP);
        var hasSelector = !string.IsNullOrEmpty(spec.PeerSelector);
        if (hasAddress == hasSelector)
        {
            errors.Add(hasAddress ? "spec.peerIP: cannot stand beside peerSelector" : "spec.peerIP: is missing, and peerSelector is too; one of them must say who the peer is");
        }

        if (hasAddress && spec.AsNumber is null)
        {
            errors.Add("spec.asNumber: is missing; a peer that is named by its address needs it");
        }

        if (hasSelector && spec.AsNumber is not null)
        {
            errors.Add("spec.asNumber: cannot stand beside peerSelector; the nodes that it picks have AS numbers of their own");
        }

        if (!string.IsNullOrEmpty(spec.Node) && !string.IsNullOrEmpty(spec.NodeSelector))
        {
            errors.Add("spec.node: cannot stand beside nodeSelector");
        }

        foreach (var (field, text) in new[] { ("nodeSelector", spec.NodeSelector), ("peerSelector", spec.PeerSelector) })
        {
            if (!Selector.TryParse(text ?? "", out _))
            {
                errors.Add($"spec.{field}: '{text}' is not a selector such as rack == 'r1'");
            }
        }

        return errors;
    }
}
