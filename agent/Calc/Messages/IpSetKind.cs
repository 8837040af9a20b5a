namespace Calico.Agent.Calc.Messages;

public enum IpSetKind
{
    /// <summary>Members are nets; an address is its /32 or /128.</summary>
    Nets,

    /// <summary>Members are an address, a protocol and a port.</summary>
    Ports,

    /// <summary>Members are a net, a protocol and a port.</summary>
    NetPorts,
}
