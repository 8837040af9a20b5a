using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Selectors;
using Calico.Policy.Validation;
using Calico.Store;

namespace Calico.Ipam.Core.Pools;

/// <summary>An IPPool that has been understood.</summary>
/// <param name="Key">Its key in the store.</param>
/// <param name="BlockPrefix">Prefix length of its blocks.</param>
/// <param name="ServesWorkloads">allowedUses contains Workload, or is absent.</param>
/// <param name="IsManual">assignmentMode Manual: used only by those who name it.</param>
internal sealed record Pool(
    string Name,
    string Key,
    Cidr Cidr,
    int BlockPrefix,
    Selector NodeSelector,
    Selector NamespaceSelector,
    bool IsDisabled,
    bool ServesWorkloads,
    bool IsManual)
{
    public IpFamily Family => Cidr.Family;

    /// <summary>The block of the pool that an address lies in.</summary>
    public Cidr BlockOf(IpAddress address) => new(address, BlockPrefix);

    /// <summary>Reads a pool; false with the reason when it cannot be used at all.</summary>
    public static bool TryRead(KeyValue keyValue, [NotNullWhen(true)] out Pool? pool, [NotNullWhen(false)] out string? problem)
    {
        pool = null;
        var name = keyValue.Key[(keyValue.Key.LastIndexOf('/') + 1)..];
        try
        {
            var resource = ModelJson.Read<Resource<IpPoolSpec>>(keyValue.Value.Span);
            name = resource.Metadata.Name;
            problem = Understand(resource.Spec, name, keyValue.Key, out pool);
        }
        catch (JsonException e)
        {
            problem = e.Message;
        }

        problem = problem is null ? null : $"pool {name} cannot be used: {problem}";
        return pool is not null;
    }

    private static string? Understand(IpPoolSpec spec, string name, string key, out Pool? pool)
    {
        pool = null;
        if (!Cidr.TryParse(spec.Cidr, out var cidr))
        {
            return $"its cidr '{spec.Cidr}' is not a CIDR";
        }

        var bits = cidr.Family.Bits();
        var (least, prefix) = (Math.Max(bits - AllocationBlock.MaxBits, cidr.PrefixLength), PoolValidator.BlockSize(spec, cidr));
        if (prefix < least || prefix > bits)
        {
            return $"its blockSize {prefix} is not between {least} and {bits}";
        }

        if (!Selector.TryParse(spec.NodeSelector ?? "", out var nodes))
        {
            return $"its nodeSelector '{spec.NodeSelector}' is not a selector";
        }

        if (!Selector.TryParse(spec.NamespaceSelector ?? "", out var namespaces))
        {
            return $"its namespaceSelector '{spec.NamespaceSelector}' is not a selector";
        }

        var servesWorkloads = spec.AllowedUses is null or { Count: 0 } || spec.AllowedUses.Contains("Workload");
        pool = new Pool(
            name, key, cidr, prefix, nodes, namespaces, spec.Disabled ?? false, servesWorkloads, spec.AssignmentMode == "Manual");
        return null;
    }
}
