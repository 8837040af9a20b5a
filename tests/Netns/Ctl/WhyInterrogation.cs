using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Calico.Ctl.Why;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Evaluation;
using Calico.Store;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Netns.Ctl;

/// <summary>Asks <c>calicoctl why</c> about packets whose fate is known: all in this process, by what the datastore holds, and some of the published program.</summary>
internal sealed class WhyInterrogation(PolicyCluster cluster, string hostAction)
{
    private readonly Dictionary<string, string> _settings = new() { [HostOptions.EndpointToHost] = hostAction };
    private readonly List<TimeSpan> _times = [];
    private WhyJudge? _judge;
    private int _asked;

    /// <summary>How many questions the program shall get at most.</summary>
    public required int ProgramQuestions { get; init; }

    /// <summary>Of so many packets the program is asked about one.</summary>
    public required int Every { get; init; }

    /// <summary>The datastore holds something else now.</summary>
    public async Task ReadAsync()
    {
        var world = new StoredWorld { Revision = 1 };
        foreach (var (key, value) in await cluster.Etcd.ReadAsync())
        {
            world.Add(new KeyValue(key, Encoding.UTF8.GetBytes(value.Text), 1, value.ModRevision, 1));
        }

        _judge = new WhyJudge(world, HostOptions.Read(_settings));
    }

    /// <summary>What <c>why</c> says of the packet, where that is another fate; null where it is the same.</summary>
    /// <param name="byName">The ends are called by their names, not by their addresses.</param>
    public string? Contradiction(Actor from, Actor to, Packet packet, bool arrived, bool byName)
    {
        _asked++;
        var question = new WhyQuestion(NameOf(from, packet.Source, byName), NameOf(to, packet.Destination, byName && packet.DestinationPort % 2 == 0))
            .With(packet.Protocol.ToString(CultureInfo.InvariantCulture), PortOf(packet, packet.DestinationPort), PortOf(packet, packet.SourcePort), IcmpOf(packet, packet.IcmpType), IcmpOf(packet, packet.IcmpCode));
        var answer = _judge!.Answer(_judge.Resolve(question), new IpamFacts(), _ => null);
        var flow = answer.Flows.Single(flow => flow.Packet.Family == packet.Family);
        var (text, json) = (WhyText.Of(answer), WhyJson.Of(answer).ToJsonString());
        return flow.Allowed == arrived && flow.Packet.Source == packet.Source && flow.Packet.Destination == packet.Destination && JsonNode.Parse(json) is not null ? null : $"why {question.Source} {question.Destination}: {text}";
    }

    /// <summary>The same by the published program, on a host of the cluster; to be called after <see cref="Contradiction"/>.</summary>
    public async Task<string?> ProgramContradictionAsync(Actor from, Actor to, Packet packet, bool arrived)
    {
        if (_asked % Every != 0 || _times.Count >= ProgramQuestions)
        {
            return null;
        }

        var isPort = PolicyProtocol.IsWithPorts(packet.Protocol);
        string[] details = isPort ? ["--port", Text(packet.DestinationPort), "--sport", Text(packet.SourcePort)]
            : packet.Protocol is 1 or 58 ? ["--icmp-type", Text(packet.IcmpType), "--icmp-code", Text(packet.IcmpCode)]
            : [];
        var outcome = await cluster.Hosts[0].Namespace.Enter(new Command(
            Binaries.Ctl, ["why", NameOf(from, packet.Source, _times.Count % 2 == 0), packet.Destination.ToString(), "--proto", Text(packet.Protocol), .. details, "-o", "json"])
        {
            Environment = new Dictionary<string, string>(_settings) { ["ETCD_ENDPOINTS"] = cluster.Etcd.EndpointText },
        }).RunAsync();
        _times.Add(outcome.Elapsed);
        var flow = outcome.Stdout.Length > 0 ? JsonNode.Parse(outcome.Stdout)!["flows"]!.AsArray().Single() : null;
        return outcome.ExitCode == (arrived ? 0 : 4) && (bool?)flow?["allowed"] == arrived ? null : $"{outcome.CommandLine} ended with {outcome.ExitCode}: {outcome.Stderr}{outcome.Stdout}";
    }

    /// <summary>The longest of all times: a bound that says that nothing hangs. The figures are in <see cref="ToString"/>.</summary>
    public TimeSpan Longest => _times.Count > 0 ? _times.Max() : TimeSpan.Zero;

    public override string ToString()
    {
        var sorted = _times.Order().ToList();
        return sorted.Count == 0 ? $"why: {_asked} questions" : string.Create(
            CultureInfo.InvariantCulture,
            $"why: {_asked} questions; {sorted.Count} of the program, start of the process and of ip netns exec included: median {sorted[sorted.Count / 2].TotalMilliseconds:F0} ms, p99 {sorted[(int)Math.Ceiling(sorted.Count * 0.99) - 1].TotalMilliseconds:F0} ms, longest {sorted[^1].TotalMilliseconds:F0} ms");
    }

    private string NameOf(Actor actor, IpAddress address, bool byName) => !byName || actor == cluster.Outside ? address.ToString()
        : cluster.Hosts.FirstOrDefault(host => host.NodeName == actor.Name) is { } host ? $"node/{host.NodeName}"
        : $"{cluster.SpaceOf(actor)}/{actor.Name}";

    private static int? PortOf(Packet packet, int port) => PolicyProtocol.IsWithPorts(packet.Protocol) ? port : null;

    private static int? IcmpOf(Packet packet, int value) => packet.Protocol is 1 or 58 ? value : null;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
