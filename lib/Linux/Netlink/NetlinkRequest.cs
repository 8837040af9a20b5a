namespace Calico.Linux.Netlink;

/// <summary>One change to ask of the kernel. Its text says what is attempted; a refusal is reported with it.</summary>
public abstract record NetlinkRequest
{
    /// <summary>"Not there" counts as done (for deletions).</summary>
    public bool AbsenceIsFine { get; init; }

    internal abstract void Write(ref NetlinkWriter writer, uint sequence);

    public abstract override string ToString();

    private protected static byte FamilyNumber(Model.Net.IpFamily family) =>
        family == Model.Net.IpFamily.IPv4 ? (byte)Interop.Libc.AddressFamilyInet : (byte)Interop.Libc.AddressFamilyInet6;
}
