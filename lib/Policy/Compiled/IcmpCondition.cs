namespace Calico.Policy.Compiled;

/// <summary>A type, and perhaps a code, of ICMP or ICMPv6.</summary>
public readonly record struct IcmpCondition(int Type, int? Code)
{
    public bool Matches(int type, int code) => type == Type && (Code is null || code == Code);
}
