using System.Collections.Immutable;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Policy.Validation;

/// <summary>What a BGPPeer must be, beyond what its schema can say. Pure.</summary>
public static class PeerValidator
{
    public static ImmutableArray<ValidationError> Validate(Resource<BgpPeerSpec> peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        var spec = peer.Spec;
        var errors = new ErrorList(new PolicyId(peer.Kind, "", peer.Metadata.Name).ToString());
        MetadataValidator.Check(errors, peer.Metadata);
        CheckIdentity(errors, spec, hasAddress: !string.IsNullOrEmpty(spec.PeerIP), hasSelector: !string.IsNullOrEmpty(spec.PeerSelector));
        if (!string.IsNullOrEmpty(spec.Node) && !string.IsNullOrEmpty(spec.NodeSelector))
        {
            errors.Add("spec.node", "cannot stand beside nodeSelector");
        }

        SelectorValidator.Check(errors, "spec.nodeSelector", spec.NodeSelector);
        SelectorValidator.Check(errors, "spec.peerSelector", spec.PeerSelector);
        return errors.ToImmutable();
    }

    private static void CheckIdentity(ErrorList errors, BgpPeerSpec spec, bool hasAddress, bool hasSelector)
    {
        if (hasAddress == hasSelector)
        {
            errors.Add("spec.peerIP", hasAddress ? "cannot stand beside peerSelector" : "is missing, and peerSelector is too; one of them must say who the peer is");
        }

        if (hasAddress && spec.AsNumber is null)
        {
            errors.Add("spec.asNumber", "is missing; a peer that is named by its address needs it");
        }

        if (hasSelector && spec.AsNumber is not null)
        {
            errors.Add("spec.asNumber", "cannot stand beside peerSelector; the nodes that it picks have AS numbers of their own");
        }
    }
}
