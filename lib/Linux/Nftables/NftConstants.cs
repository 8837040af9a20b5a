namespace Calico.Linux.Nftables;

/// <summary>Numbers of linux/netfilter/nfnetlink.h and linux/netfilter/nf_tables.h.</summary>
internal static class NftConstants
{
    internal const ushort Subsystem = 10;
    internal const ushort DeleteTable = (Subsystem << 8) | 2;
    internal const ushort GetChain = (Subsystem << 8) | 4;
    internal const ushort DeleteChain = (Subsystem << 8) | 5;
    internal const ushort GetRule = (Subsystem << 8) | 7;
    internal const ushort NewGeneration = (Subsystem << 8) | 15;
    internal const ushort GetGeneration = (Subsystem << 8) | 16;

    internal const ushort BatchBegin = 0x10;
    internal const ushort BatchEnd = 0x11;

    /// <summary>On a deletion: not with what is in it.</summary>
    internal const ushort FlagNotRecursive = 0x100;

    internal const ushort TableName = 1;
    internal const ushort ChainTable = 1;
    internal const ushort ChainName = 3;
    internal const ushort RuleTable = 1;
    internal const ushort RuleChain = 2;
    internal const ushort RuleExpressions = 4;
    internal const ushort ExpressionName = 1;
    internal const ushort ExpressionData = 2;
    internal const ushort ImmediateData = 2;
    internal const ushort DataVerdict = 2;
    internal const ushort VerdictChain = 2;
    internal const ushort GenerationId = 1;
    internal const ushort GenerationProcess = 2;

    /// <summary>The multicast group that hears of commits.</summary>
    internal const int Group = 7;
}
