using Calico.Tests.Rig.Network;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Calico.Tests.Demo;

/// <summary>The data centre as a drawing: hosts with their containers, joined by the fabric.</summary>
internal static class Picture
{
    public static IRenderable Draw(DataCentre dataCentre)
    {
        var hosts = new Grid();
        foreach (var _ in dataCentre.Hosts)
        {
            hosts.AddColumn(new GridColumn().NoWrap());
        }

        hosts.AddRow([.. dataCentre.Hosts.Select(host => Draw(host, dataCentre.Containers.Where(container => container.Pod.Host == host)))]);
        hosts.AddRow([.. dataCentre.Hosts.Select(_ => (IRenderable)Align.Center(new Markup("[grey]│ eth0, BGP (iBGP, AS 64512)[/]")))]);
        var fabric = new Panel($"one subnet, 172.18.0.0/24 and fd18::/64        etcd at {dataCentre.Etcd.EndpointText}")
            .Header("fabric router")
            .RoundedBorder();
        return new Rows(hosts, fabric);
    }

    private static Panel Draw(Host host, IEnumerable<Container> containers)
    {
        var table = new Table().NoBorder().AddColumns("[grey]pod[/]", "[grey]network[/]", "[grey]address[/]");
        foreach (var container in containers)
        {
            var colour = container.Placement.Network == "default" ? "aqua" : "orange1";
            table.AddRow($"[bold {colour}]{container.Name}[/]", $"[{colour}]{container.Placement.Network}[/]", container.Address4.ToString());
        }

        return new Panel(table).Header($"{host.NodeName}  {host.Address4.Address}").RoundedBorder();
    }
}
