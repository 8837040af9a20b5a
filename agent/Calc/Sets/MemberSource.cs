using Calico.Agent.Calc.Labels;
using Calico.Agent.Calc.Messages;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Sets;

/// <summary>What an endpoint or a network set, here or elsewhere, brings into the sets that select it. All that is kept of a remote one.</summary>
internal sealed class MemberSource : LabelledItem
{
    // Nearly everything has one address, which then costs no array.
    private readonly IpSetMember _only;
    private readonly IpSetMember[]? _nets;

    private MemberSource(IpSetMember[] nets, NamedPort[] ports)
    {
        _only = nets.Length == 1 ? nets[0] : default;
        _nets = nets.Length == 1 ? null : nets;
        Ports = ports;
    }

    public ReadOnlySpan<IpSetMember> Nets => _nets is null ? new ReadOnlySpan<IpSetMember>(in _only) : _nets;

    public NamedPort[] Ports { get; set; }

    public static MemberSource Of(WorkloadEndpointSpec workload) =>
        new([.. (workload.IPNetworks ?? []).Select(net => new IpSetMember(net.Address.ToCidr()))], PortsOf(workload.Ports));

    public static MemberSource Of(HostEndpointSpec host) =>
        new([.. HostEndpointAddresses.Of(host).Select(address => new IpSetMember(address.ToCidr()))], PortsOf(host.Ports));

    public static MemberSource Of(NetworkSetSpec set) => new([.. NetsOf(set.Nets).Select(net => new IpSetMember(net))], []);

    // A net that does not parse is left out, and named by the validator.
    private static IEnumerable<Cidr> NetsOf(IReadOnlyList<string>? texts)
    {
        foreach (var text in texts ?? [])
        {
            if (Cidr.TryParse(text, out var net))
            {
                yield return net;
            }
        }
    }

    private static NamedPort[] PortsOf(IReadOnlyList<EndpointPort>? ports) =>
    [
        .. from port in ports ?? []
           where port is { Name: not null, Port: > 0 and <= ushort.MaxValue }
           let protocol = PolicyProtocol.Named(port.Protocol).Number
           where protocol is not null
           select new NamedPort(port.Name, (byte)protocol, (ushort)port.Port),
    ];
}
