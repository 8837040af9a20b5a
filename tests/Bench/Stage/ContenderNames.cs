namespace Calico.Tests.Bench.Stage;

/// <summary>What the contenders are called in the report and on the command line.</summary>
internal static class ContenderNames
{
    /// <summary>The peer: two plugins of the CNI project, executed one by the other, with a file as store.</summary>
    public const string Peer = "ptp+host-local";

    public const string Agent = "calico, agent";

    public const string Ipam = "calico, calico-ipam";

    public const string AgentTls = "calico, agent, TLS";

    public const string IpamTls = "calico, calico-ipam, TLS";

    /// <summary>As installed: ADD returns when the pod's policy is in the kernel. The agents above enforce none, as the peer does.</summary>
    public const string Policy = "calico, agent, policy";

    public const string PolicyTls = "calico, agent, policy, TLS";
}
