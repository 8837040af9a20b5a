using Calico.Model.Net;

namespace Calico.Cni.Protocol;

/// <summary>The result of ADD, independent of the version it is written in (CNI spec 1.1.0, section 5).</summary>
public sealed record CniResult
{
    public IReadOnlyList<CniInterface> Interfaces { get; init; } = [];

    public IReadOnlyList<CniIp> Ips { get; init; } = [];

    public IReadOnlyList<CniRoute> Routes { get; init; } = [];

    public CniDns Dns { get; init; } = new();
}

/// <summary>An interface of the result; no sandbox means that it is on the host.</summary>
/// <param name="Mtu">0: not said; written from 1.1.0.</param>
/// <param name="SocketPath">Of a vhost-user interface of another plugin (1.1.0).</param>
/// <param name="PciId">Of a physical or virtual function given by another plugin (1.1.0).</param>
public sealed record CniInterface(string Name, string Mac = "", int Mtu = 0, string Sandbox = "", string SocketPath = "", string PciId = "");

/// <param name="Interface">Index into the result's interfaces; null in results of IPAM plugins.</param>
public sealed record CniIp(InterfaceAddress Address, IpAddress? Gateway = null, int? Interface = null);

public sealed record CniRoute(Cidr Destination, IpAddress? Gateway = null, int Mtu = 0, int AdvMss = 0, int Priority = 0, int? Table = null, int? Scope = null);

public sealed record CniDns
{
    public IReadOnlyList<string> Nameservers { get; init; } = [];

    public string Domain { get; init; } = "";

    public IReadOnlyList<string> Search { get; init; } = [];

    public IReadOnlyList<string> Options { get; init; } = [];

    public bool IsEmpty => Nameservers.Count == 0 && Domain.Length == 0 && Search.Count == 0 && Options.Count == 0;
}
