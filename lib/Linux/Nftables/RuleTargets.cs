using System.Text;
using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Linux.Nftables;

/// <summary>
/// Where the rules of a chain lead, read from the kernel itself: some microseconds where <c>iptables-nft</c> takes milliseconds. Bound to the network
/// namespace of the thread that opened it. Not thread-safe.
/// </summary>
public sealed class RuleTargets : IDisposable
{
    private readonly NetlinkSocket _socket = NetlinkSocket.Open(NetlinkConstants.NetfilterProtocol);

    public void Dispose() => _socket.Dispose();

    /// <summary>The number of the last commit: while it stays the same nothing in nftables has changed, in either family.</summary>
    /// <exception cref="NetlinkException">The kernel refused it; it has no nftables.</exception>
    public uint Generation()
    {
        var generation = 0u;
        _socket.Execute([new GetGeneration()], payload =>
        {
            var attributes = new AttributeReader(payload[NetfilterHeader.Length..]);
            while (attributes.MoveNext())
            {
                generation = attributes.Type == NftConstants.GenerationId ? attributes.UInt32BigEndian : generation;
            }
        });
        return generation;
    }

    /// <summary>For each rule of a chain, in order, the chain that it jumps or goes to; null where it does something else.</summary>
    /// <exception cref="NetlinkException">The kernel refused it, or the chain changes all the time.</exception>
    public IReadOnlyList<string?> Of(IpFamily family, string table, string chain)
    {
        var targets = new List<string?>();
        _socket.Dump(new DumpRules(family, table, chain), targets.Clear, payload => targets.Add(TargetOf(payload[NetfilterHeader.Length..])));
        return targets;
    }

    private static string? TargetOf(ReadOnlySpan<byte> rule)
    {
        var expressions = new AttributeReader(Find(rule, NftConstants.RuleExpressions));
        string? target = null;
        while (expressions.MoveNext())
        {
            if (IsImmediate(expressions.Value) && ChainOf(Find(expressions.Value, NftConstants.ExpressionData)) is { } chain)
            {
                target = chain;
            }
        }

        return target;
    }

    /// <summary>Of an immediate: its data are attributes all the way down, which those of a match or a target need not be. Only a verdict names a chain.</summary>
    private static string? ChainOf(ReadOnlySpan<byte> immediate)
    {
        var verdict = Find(Find(immediate, NftConstants.ImmediateData), NftConstants.DataVerdict);
        var name = Find(verdict, NftConstants.VerdictChain).TrimEnd((byte)0);
        return name.IsEmpty ? null : Encoding.UTF8.GetString(name);
    }

    private static bool IsImmediate(ReadOnlySpan<byte> expression) => Find(expression, NftConstants.ExpressionName).TrimEnd((byte)0).SequenceEqual("immediate"u8);

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, ushort type)
    {
        var reader = new AttributeReader(attributes);
        while (reader.MoveNext())
        {
            if (reader.Type == type)
            {
                return reader.Value;
            }
        }

        return default;
    }
}
