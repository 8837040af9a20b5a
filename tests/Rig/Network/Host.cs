using Calico.Model.Net;

namespace Calico.Tests.Rig.Network;

/// <summary>A machine of the cluster: a namespace with an uplink, and directories that stand for its <c>/var/lib/calico</c> and <c>/var/run/calico</c>.</summary>
public sealed class Host : IAsyncDisposable
{
    public const string Uplink = "eth0";
    private readonly string _directory;

    internal Host(NetworkNamespace @namespace, int number, int subnet)
    {
        Namespace = @namespace;
        Number = number;
        NodeName = $"host-{number}";
        Address4 = InterfaceAddress.Parse($"172.18.{subnet}.{10 + number}/24");
        Address6 = InterfaceAddress.Parse($"fd18:0:0:{subnet}::{10 + number}/64");
        _directory = RigRun.CreateDirectory($"host{number}");
        LibraryDirectory = Directory.CreateDirectory(Path.Combine(_directory, "lib")).FullName;
        RunDirectory = Directory.CreateDirectory(Path.Combine(_directory, "run")).FullName;
    }

    public NetworkNamespace Namespace { get; }

    /// <summary>From 1.</summary>
    public int Number { get; }

    public KernelState Kernel => Namespace.Kernel;

    /// <summary>The name of the node in the cluster; may be set to play a node that a store already knows.</summary>
    public string NodeName { get; set; }

    public InterfaceAddress Address4 { get; }

    public InterfaceAddress Address6 { get; }

    /// <summary>The fabric's address on the host's subnet.</summary>
    public IpAddress Gateway4 { get; private set; }

    public IpAddress Gateway6 { get; private set; }

    /// <summary>Stands for <c>/var/lib/calico</c>.</summary>
    public string LibraryDirectory { get; }

    /// <summary>Stands for <c>/var/run/calico</c>.</summary>
    public string RunDirectory { get; }

    public string AgentSocket => Path.Combine(RunDirectory, "agent.sock");

    public string NodeNameFile => Path.Combine(LibraryDirectory, "nodename");

    public string MtuFile => Path.Combine(LibraryDirectory, "mtu");

    public override string ToString() => NodeName;

    public async ValueTask DisposeAsync()
    {
        await Namespace.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    internal async Task ConfigureUplinkAsync(IpAddress gateway4, IpAddress gateway6)
    {
        (Gateway4, Gateway6) = (gateway4, gateway6);
        await Namespace.IpAsync($"addr add {Address4} dev {Uplink}");
        await Namespace.IpAsync($"addr add {Address6} dev {Uplink} nodad");
        await Namespace.IpAsync($"link set {Uplink} up");
        await Namespace.IpAsync($"route add default via {gateway4}");
        await Namespace.IpAsync($"-6 route add default via {gateway6}");
    }
}
