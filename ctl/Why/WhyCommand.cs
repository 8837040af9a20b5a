using System.CommandLine;
using System.Globalization;
using Calico.Ctl.Commands;
using Calico.Ctl.Resources;
using Calico.Ctl.Why.Kernel;
using Calico.Model.Net;
using Calico.Store;

namespace Calico.Ctl.Why;

/// <summary><c>calicoctl why</c>.</summary>
internal static class WhyCommand
{
    public static Command Create(CommandHost host)
    {
        var source = new Argument<string>("source") { Description = "who sends", HelpName = "SRC" };
        var destination = new Argument<string>("destination") { Description = "who shall receive", HelpName = "DST" };
        var protocol = new Option<string>("--proto", "--protocol") { Description = "tcp, udp, icmp, icmpv6, sctp, udplite, or a number; by default tcp with a port, icmp without", HelpName = "protocol" };
        var port = new Option<int?>("--port", "--dport") { Description = "port at the destination", HelpName = "port" };
        var sourcePort = new Option<int?>("--sport") { Description = "port at the source; 49152 if it is not said", HelpName = "port" };
        var (type, code) = (new Option<int?>("--icmp-type") { Description = "by default an echo request", HelpName = "type" }, new Option<int?>("--icmp-code") { HelpName = "code" });
        var output = new Option<string>("--output", "-o") { Description = "text or json", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        var counters = new Option<bool>("--counters") { Description = "what this node's kernel has counted" };
        protocol.CompletionSources.Add("tcp", "udp", "icmp", "icmpv6", "sctp");
        var inNamespace = ResourceOptions.Namespace();
        var command = new Command("why", "Says whether a packet gets from one end to the other, and which rule of which policy decides that") { source, destination, protocol, port, sourcePort, type, code, inNamespace, counters, output };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            var question = new WhyQuestion(parsed.GetValue(source)!, parsed.GetValue(destination)!, parsed.GetValue(inNamespace) ?? "default")
                .With(parsed.GetValue(protocol), parsed.GetValue(port), parsed.GetValue(sourcePort), parsed.GetValue(type), parsed.GetValue(code));
            var options = HostOptions.Read(host.Context.Environment);
            var (world, judge, @case) = await FindAsync(question, options, store, cancellationToken);
            var ipam = await WorldReader.ReadIpamAsync(store, world, @case.Addresses(), cancellationToken);
            var answer = judge.Answer(@case, ipam, MtuOf);
            if (parsed.GetValue(counters))
            {
                answer = await CompareAsync(answer, cancellationToken);
            }

            await host.Context.Out.WriteAsync(parsed.GetValue(output) == "json" ? JsonText.Pretty(WhyJson.Of(answer)) + "\n" : WhyText.Of(answer));
            return answer.Allowed ? ExitCode.Success : ExitCode.Denied;
        });
        return command;
    }

    private static async Task<WhyAnswer> CompareAsync(WhyAnswer answer, CancellationToken cancellationToken)
    {
        var chains = new Dictionary<IpFamily, CountedChains>();
        foreach (var flow in answer.Flows)
        {
            chains[flow.Packet.Family] = await KernelReader.ReadAsync(flow.Packet.Family, cancellationToken);
        }

        return new KernelSight(chains).Compare(answer);
    }

    private static async Task<(StoredWorld World, WhyJudge Judge, WhyCase Case)> FindAsync(WhyQuestion question, HostOptions options, IKeyValueStore store, CancellationToken cancellationToken)
    {
        var namespaces = question.Namespaces();
        var world = await WorldReader.ReadAsync(store, namespaces, cancellationToken);
        var judge = new WhyJudge(world, options);
        try
        {
            return (world, judge, judge.Resolve(question));
        }
        catch (CtlException e) when (namespaces is not null && e.ExitCode == ExitCode.Failed)
        {
            // Whoever is meant may be in another namespace: then the message says so.
            world = await WorldReader.ReadAsync(store, null, cancellationToken);
            judge = new WhyJudge(world, options);
            return (world, judge, judge.Resolve(question));
        }
    }

    /// <summary>Names of pods' interfaces are made from who they are: one of that name on this host is the pod's.</summary>
    private static int? MtuOf(string interfaceName)
    {
        try
        {
            return int.Parse(File.ReadAllText($"/sys/class/net/{interfaceName}/mtu"), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }
}
