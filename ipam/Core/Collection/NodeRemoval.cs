using Calico.Model;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Ipam.Core.Collection;

/// <summary>Takes back everything that a node had which left the cluster; its record goes last, so that a removal that was cut short is seen and finished.</summary>
public sealed class NodeRemoval(IKeyValueStore store, IpamClient ipam)
{
    /// <returns>How many holdings, addresses and blocks.</returns>
    /// <exception cref="IpamException">Something of it changed meanwhile; the rest was not tried.</exception>
    public async Task<(int Holdings, int Addresses, int Blocks)> RemoveAsync(string node, long recordRevision, CancellationToken cancellationToken)
    {
        var snapshot = await ipam.SnapshotAsync(cancellationToken);
        var holdings = snapshot.Holdings.Where(holding => holding.Node == node).ToList();
        var addresses = 0;
        foreach (var holding in holdings)
        {
            addresses += (await ipam.ReclaimAsync(new ReclaimRequest(holding, null), cancellationToken)).Length;
        }

        var blocks = snapshot.Blocks.Where(block => block.Owner == node).Select(block => block.Cidr)
            .Union(snapshot.Affinities.Where(affinity => affinity.Node == node).Select(affinity => affinity.Block)).ToList();
        foreach (var block in blocks)
        {
            await ipam.ReleaseBlockAsync(node, block, null, cancellationToken);
        }

        var key = EtcdKeys.Resource(ResourceKind.Node, node);
        await store.TxnAsync(
            new TxnRequest([new Compare(key, recordRevision)], [new StoreOp.Delete(key), new StoreOp.Delete(EtcdKeys.InquiriesOf(node), IsPrefix: true)], []), cancellationToken);
        return (holdings.Count, addresses, blocks.Count);
    }
}
