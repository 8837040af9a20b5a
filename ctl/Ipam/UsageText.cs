using System.Globalization;
using System.Text;
using Calico.Ctl.Output;
using Calico.Ipam.Core.Collection;
using Calico.Model.Ipam;
using Calico.Model.Net;

namespace Calico.Ctl.Ipam;

/// <summary>What addresses are used for, as text. Pure.</summary>
internal static class UsageText
{
    /// <summary>Pools, and on demand their blocks: how many addresses there are, how many are used.</summary>
    public static string Utilization(IpamSnapshot store, bool withBlocks)
    {
        var rows = new List<string[]>();
        foreach (var pool in store.Pools.Values.Order())
        {
            var inside = store.StoredBlocks.Where(block => pool.Contains(block.Cidr)).OrderBy(block => block.Cidr).ToList();
            rows.Add(Row("IP Pool", pool, inside.Sum(InUse)));
            rows.AddRange(withBlocks ? inside.Select(block => Row("Block", block.Cidr, InUse(block))) : []);
        }

        if (withBlocks)
        {
            var outside = store.StoredBlocks.Where(block => !store.Pools.Values.Any(pool => pool.Contains(block.Cidr))).OrderBy(block => block.Cidr);
            rows.AddRange(outside.Select(block => Row("Block, no pool", block.Cidr, InUse(block))));
        }

        return TextTable.Boxed(["GROUPING", "CIDR", "IPS TOTAL", "IPS IN USE", "IPS FREE"], rows, 2, 3, 4);
    }

    /// <summary>Addresses that a node took from a block of another, or of nobody.</summary>
    public static string Borrowed(IpamSnapshot store)
    {
        var rows = from block in store.StoredBlocks.OrderBy(block => block.Cidr)
                   from allocation in Allocations(block)
                   let node = allocation.Attribute.Secondary?.GetValueOrDefault(AllocationAttribute.NodeField)
                   where node is not null && node != Owner(block)
                   select (string[])[allocation.Address.ToString(), node, block.Cidr.ToString(), Owner(block), TypeOf(allocation.Attribute), HolderOf(allocation.Attribute)];
        var unknown = store.StoredBlocks.SelectMany(Allocations).Count(allocation => allocation.Attribute.Secondary?.ContainsKey(AllocationAttribute.NodeField) != true);
        var note = unknown > 0 ? $"\nNote: {unknown} allocations do not say which node they were made on, so nobody can tell whether they are borrowed.\n" : "";
        return TextTable.Boxed(["IP", "BORROWING-NODE", "BLOCK", "BLOCK OWNER", "TYPE", "ALLOCATED-TO"], [.. rows]) + note;
    }

    /// <summary>Who holds an address.</summary>
    public static string Address(IpamSnapshot store, IpAddress address)
    {
        var block = store.StoredBlocks.FirstOrDefault(block => block.Cidr.Contains(address));
        if (block is null || Allocations(block).FirstOrDefault(allocation => allocation.Address == address).Attribute is not { } holder)
        {
            return $"{address} is not assigned\n";
        }

        var text = new StringBuilder();
        text.Append(holder.ReleasedAt is { } released ? $"IP {address} was released at {released:u} and cools down\n" : $"IP {address} is in use\n");
        text.Append(CultureInfo.InvariantCulture, $"Handle ID: {holder.HandleId ?? "<none>"}\n");
        text.Append(holder.Secondary is { Count: > 0 } ? "Active Owner Attributes:\n" : "No Active Owner attributes defined\n");
        foreach (var (name, value) in (holder.Secondary ?? []).OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {name}: {value}\n");
        }

        foreach (var (_, endpoint) in store.Endpoints.Where(entry => entry.Endpoint.Spec.IPNetworks?.Contains(address.ToCidr()) == true))
        {
            text.Append(CultureInfo.InvariantCulture, $"Endpoint: {endpoint.Metadata.Namespace}/{endpoint.Metadata.Name}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"Block: {block.Cidr}, of {(Owner(block) is { Length: > 0 } owner ? owner : "nobody")}\n").ToString();
    }

    public static string Configuration(IpamConfig config) => TextTable.Boxed(
        ["PROPERTY", "VALUE"],
        [
            ["StrictAffinity", Text(config.StrictAffinity)],
            ["AutoAllocateBlocks", Text(config.AutoAllocateBlocks)],
            ["MaxBlocksPerHost", (config.MaxBlocksPerHost ?? 0).ToString(CultureInfo.InvariantCulture)],
            ["IPCooldownSeconds", (config.IpCooldownSeconds ?? 0).ToString(CultureInfo.InvariantCulture)],
        ]);

    /// <summary>Every allocated ordinal of a block, those that cool down included.</summary>
    public static IEnumerable<(IpAddress Address, AllocationAttribute Attribute)> Allocations(AllocationBlock block)
    {
        for (var ordinal = 0; ordinal < block.Allocations.Count; ordinal++)
        {
            if (block.Allocations[ordinal] is { } index)
            {
                yield return (block.Cidr[(UInt128)ordinal], block.Attributes[index]);
            }
        }
    }

    /// <summary>For people: the pod, or what else the address is for.</summary>
    public static string HolderOf(AllocationAttribute attribute) =>
        attribute.Secondary?.GetValueOrDefault(AllocationAttribute.PodField) is { } pod ? $"{attribute.Secondary.GetValueOrDefault(AllocationAttribute.NamespaceField)}/{pod}" : attribute.HandleId ?? "";

    private static string TypeOf(AllocationAttribute attribute) => attribute.Secondary?.ContainsKey(AllocationAttribute.PodField) == true ? "pod" : attribute.Secondary?.GetValueOrDefault(AllocationAttribute.TypeField) ?? "";

    /// <summary>The node that owns a block, or the affinity to what is no node; empty for nobody.</summary>
    private static string Owner(AllocationBlock block) =>
        block.OwnerNode() ?? block.Affinity ?? "";

    private static int InUse(AllocationBlock block) => block.Allocations.Count(allocation => allocation is not null);

    private static string[] Row(string grouping, Cidr cidr, int used)
    {
        var size = (double)cidr.Size;
        return [grouping, cidr.ToString(), Short(size), Share(used, size), Share(size - used, size)];
    }

    private static string Share(double count, double of) => string.Create(CultureInfo.InvariantCulture, $"{Short(count)} ({100 * count / of:F0}%)");

    /// <summary>Five digits, as upstream has it.</summary>
    private static string Short(double number) => number.ToString("G5", CultureInfo.InvariantCulture).Replace('E', 'e');

    private static string Text(bool value) => value ? "true" : "false";
}
