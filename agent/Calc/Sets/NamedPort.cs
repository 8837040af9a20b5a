namespace Calico.Agent.Calc.Sets;

/// <param name="Name">Interned: a cluster has few names of ports and many ports.</param>
/// <param name="Protocol">The number in the IP header.</param>
internal readonly record struct NamedPort(string Name, byte Protocol, ushort Port);
