namespace Calico.Ipam.Core.Audit;

/// <summary>One thing that is wrong.</summary>
/// <param name="Subject">The object: a key, a block, a handle, an endpoint or an address.</param>
/// <param name="Problem">What is wrong with it, for people.</param>
/// <param name="Repair">What would put it right; null where nobody can know.</param>
public sealed record IpamFinding(IpamFindingKind Kind, string Subject, string Problem, IpamRepair? Repair)
{
    /// <summary>False for what is merely worth knowing.</summary>
    public bool IsFault => Kind != IpamFindingKind.OutsidePools;

    public override string ToString() => $"{Subject}: {Problem}";
}
