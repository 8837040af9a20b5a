namespace Calico.Cni.Protocol;

/// <summary>One checked call: what the runtime said, and what it means.</summary>
public sealed record CniCall(PluginRequest Request, NetConf Conf, CniArguments Arguments)
{
    /// <summary>The log of this call.</summary>
    public CniLog Log { get; init; } = CniLog.None;
}
