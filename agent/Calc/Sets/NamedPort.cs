namespace Calico.Agent.Calc.Sets;

/// <param name="Protocol">The number in the IP header.</param>
internal readonly record struct NamedPort(string Name, byte Protocol, ushort Port);
