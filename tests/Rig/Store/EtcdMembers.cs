using System.Text.Json.Nodes;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Rig.Store;

/// <summary>An etcd of several members, each on a machine of its own that can be killed, frozen, slowed down and cut off.</summary>
public sealed class EtcdMembers : IAsyncDisposable
{
    private static readonly TimeSpan HealthDeadline = TimeSpan.FromSeconds(30);
    private readonly Fabric _fabric;
    private readonly List<EtcdMember> _members = [];

    private EtcdMembers(Fabric fabric) => _fabric = fabric;

    public IReadOnlyList<EtcdMember> Members => _members;

    /// <summary>All endpoints, as confs and ETCD_ENDPOINTS spell them.</summary>
    public string EndpointText => string.Join(',', _members.Select(member => member.Endpoint));

    public static async Task<EtcdMembers> StartAsync(Fabric fabric, int count)
    {
        var result = new EtcdMembers(fabric);
        for (var number = 1; number <= count; number++)
        {
            result._members.Add(await EtcdMember.CreateAsync(fabric, number));
        }

        foreach (var member in result._members)
        {
            result.Start(member);
        }

        await result.WaitUntilHealthyAsync();
        return result;
    }

    /// <summary>Starts a member that was killed.</summary>
    public void Start(EtcdMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        member.Start(string.Join(',', _members.Select(one => $"{one.Name}={one.PeerUrl}")));
    }

    /// <summary>Waits until every member serves.</summary>
    public Task WaitUntilHealthyAsync() => Wait.UntilAsync(
        async () => (await ControlAsync("endpoint", "health")).Succeeded,
        HealthDeadline,
        () => string.Join('\n', _members.Select(member => $"{member.Name}: {member.LogTail}")));

    /// <summary>The leader; null when nobody says who that is.</summary>
    public async Task<EtcdMember?> LeaderAsync()
    {
        var outcome = await ControlAsync("endpoint", "status", "-w", "json");
        foreach (var status in outcome.Stdout.StartsWith('[') ? JsonNode.Parse(outcome.Stdout)!.AsArray() : [])
        {
            var (self, leader) = ((ulong)status!["Status"]!["header"]!["member_id"]!, (ulong?)status["Status"]!["leader"]);
            if (self == leader)
            {
                return _members.Find(member => member.Endpoint == (string?)status["Endpoint"]);
            }
        }

        return null;
    }

    /// <summary>Every key that begins with <paramref name="prefix"/>.</summary>
    public async Task<IReadOnlyDictionary<string, StoredValue>> ReadAsync(string prefix = "/calico/") =>
        EtcdAnswer.Read((await ControlAsync("get", "--prefix", prefix, "-w", "json")).OrThrow().Stdout);

    /// <summary>Runs etcdctl against all members.</summary>
    public Task<CommandOutcome> ControlAsync(params IReadOnlyList<string> arguments) => _fabric.Namespace.Enter(
        new Command("etcdctl", [.. arguments, "--endpoints", EndpointText, "--command-timeout", "3s", "--dial-timeout", "1s"])
        {
            Environment = new Dictionary<string, string> { ["ETCDCTL_API"] = "3" },
            Deadline = TimeSpan.FromSeconds(30),
        }).RunAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.DisposeAsync();
        }
    }
}
