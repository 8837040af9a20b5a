using System.Text;
using Calico.Model.Net;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Rig.Network;

/// <summary>The router of a routed fabric speaking BGP with each host, as a top-of-rack switch does: configured by hand, knowing nothing of Calico.</summary>
public sealed class TopOfRack : IAsyncDisposable
{
    public const int AsNumber = 65000;
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(10);
    private readonly string _directory = RigRun.CreateDirectory("tor");
    private readonly Fabric _fabric;
    private Daemon? _process;

    private TopOfRack(Fabric fabric) => _fabric = fabric;

    private string ControlSocket => Path.Combine(_directory, "bird.ctl");

    /// <summary>Starts BIRD in the fabric, with an eBGP session of each family to each host.</summary>
    /// <param name="fabric">A routed fabric.</param>
    /// <param name="asOf">The AS number of a host.</param>
    public static async Task<TopOfRack> StartAsync(Fabric fabric, Func<Host, int> asOf)
    {
        ArgumentNullException.ThrowIfNull(fabric);
        ArgumentNullException.ThrowIfNull(asOf);
        var router = new TopOfRack(fabric);
        var conf = Path.Combine(router._directory, "bird.conf");
        await File.WriteAllTextAsync(conf, Configuration(fabric, asOf));
        router._process = Daemon.Start(fabric.Namespace.Enter(new Command("bird", "-f", "-c", conf, "-s", router.ControlSocket)));
        await Wait.UntilAsync(
            async () => (await router.ControlAsync("show", "status")).Succeeded, StartDeadline, () => $"the router's BIRD: {router._process.LogTail}");
        return router;
    }

    /// <summary>The routes that hosts taught it and that its kernel uses: each destination and the next hop.</summary>
    public async Task<IReadOnlyList<(Cidr Destination, IpAddress NextHop)>> LearnedRoutesAsync()
    {
        var kernel = _fabric.Namespace.Kernel;
        return [.. (await kernel.RoutesAsync(IpFamily.IPv4)).Concat(await kernel.RoutesAsync(IpFamily.IPv6))
            .Where(route => (string?)route["protocol"] == "bird")
            .Select(route => (Cidr.Parse((string)route["dst"]!), IpAddress.Parse((string)route["gateway"]!)))];
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Directory.Delete(_directory, recursive: true);
    }

    private Task<CommandOutcome> ControlAsync(params IReadOnlyList<string> words) =>
        _fabric.Namespace.RunAsync("birdc", ["-s", ControlSocket, .. words]);

    private static string Configuration(Fabric fabric, Func<Host, int> asOf)
    {
        var text = new StringBuilder($$"""
            log stderr { warning, error, fatal, bug };
            router id {{Fabric.ServiceAddress}};
            protocol device { }
            protocol direct { ipv4; ipv6; }
            protocol kernel { ipv4 { import none; export where source = RTS_BGP; }; }
            protocol kernel { ipv6 { import none; export where source = RTS_BGP; }; }

            """);
        foreach (var host in fabric.Hosts)
        {
            text.Append(Session("ipv4", host.Gateway4, host.Address4.Address, asOf(host)));
            text.Append(Session("ipv6", host.Gateway6, host.Address6.Address, asOf(host)));
        }

        return text.ToString();
    }

    private static string Session(string channel, IpAddress own, IpAddress host, int hostAs) => $$"""
        protocol bgp {
          local {{own}} as {{AsNumber}};
          neighbor {{host}} as {{hostAs}};
          connect delay time 1;
          connect retry time 2;
          {{channel}} { import all; export where source = RTS_BGP; };
        }

        """;
}
