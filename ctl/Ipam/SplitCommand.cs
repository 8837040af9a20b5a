using System.CommandLine;
using Calico.Ctl.Datastore;
using Calico.Ctl.Resources;
using Calico.Model.Json;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Ctl.Ipam;

/// <summary><c>calicoctl ipam split</c>.</summary>
internal static class SplitCommand
{
    public static Command Create(CommandHost host)
    {
        var number = new Argument<int>("number") { Description = $"how many parts: 2, 4, 8, ... {PoolSplit.MostParts}" };
        var name = new Option<string>("--name") { Description = "name of the pool", HelpName = "pool" };
        var cidr = new Option<string>("--cidr") { Description = "range of the pool", HelpName = "cidr" };
        var command = new Command("split", "Cuts a pool into smaller ones, in one step; the datastore must be locked") { number, name, cidr };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            var pool = await FindAsync(new ObjectReader(store), parsed.GetValue(name), parsed.GetValue(cidr), cancellationToken);
            var (cluster, isLocked) = await ClusterLock.ReadAsync(store, cancellationToken);
            if (!isLocked)
            {
                throw CtlException.Failed("the datastore is not locked, and nodes could take addresses from the pool meanwhile: 'calicoctl datastore migrate lock' first, 'unlock' afterwards");
            }

            var spec = ModelJson.Read<Resource<IpPoolSpec>>(pool.Stored.Value.Span).Spec;
            var parts = PoolSplit.Of(pool.Ref.Name, pool.Json, spec, parsed.GetValue(number), host.Context.Time.GetUtcNow());
            var keys = parts.Select(part => ObjectKeys.Of(pool.Ref.Kind, "", part.Name)).ToList();
            var result = await store.TxnAsync(
                new TxnRequest(
                    [Compare.Unchanged(pool.Stored), Compare.Unchanged(cluster), .. keys.Select(Compare.Absent)],
                    [new StoreOp.Delete(pool.Stored.Key), .. parts.Zip(keys, (part, key) => new StoreOp.Put(key, JsonText.Bytes(part.Json)))],
                    []),
                cancellationToken);
            if (!result.Succeeded)
            {
                throw CtlException.Failed($"{pool.Ref} or one of its parts was changed meanwhile, or the datastore was unlocked; nothing was written");
            }

            await host.Context.Out.WriteLineAsync($"IP Pool {pool.Ref.Name} was successfully split into {parts.Count} smaller pools:");
            foreach (var (partName, json) in parts)
            {
                await host.Context.Out.WriteLineAsync($"  {partName} with CIDR {json["spec"]!["cidr"]}");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<StoredObject> FindAsync(ObjectReader reader, string? name, string? cidr, CancellationToken cancellationToken)
    {
        if ((name is null) == (cidr is null))
        {
            throw CtlException.Usage("say which pool: --name or --cidr");
        }

        var kind = Kinds.Find(ResourceKind.IpPool.Kind);
        var pools = await reader.ListAsync(kind, null, cancellationToken);
        return pools.Objects.FirstOrDefault(pool => name is not null ? pool.Ref.Name == name : Cells.Text(pool.Json, "spec.cidr") == cidr)
            ?? throw CtlException.Failed(name is not null ? $"there is no IPPool {name}" : $"there is no IPPool with the CIDR {cidr}");
    }
}
