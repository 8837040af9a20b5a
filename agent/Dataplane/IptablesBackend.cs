namespace Calico.Agent.Dataplane;

/// <summary>Which of the kernel's two firewalls the tool iptables writes to.</summary>
public enum IptablesBackend
{
    /// <summary>The one that others on this host use; nft when nobody uses either.</summary>
    Auto,
    Legacy,
    Nft,
}
