using Calico.Tests.Rig;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Chaos;

/// <summary>What goes wrong, one thing after the other, each for a moment; at its end all is well again.</summary>
internal sealed class Mischief(Fabric fabric, EtcdMembers etcd, IReadOnlyList<AgentProcess> agents, ChaosClock? clock, ChaosLedger ledger, Random random)
{
    private static readonly TimeSpan DiskDelay = TimeSpan.FromMilliseconds(300);

    public async Task RunAsync(Func<bool> goesOn)
    {
        (string Name, Func<Task> Do)[] deeds =
        [
            ("agent killed", KillAgentAsync),
            ("etcd leader killed", async () => await KillAsync(await etcd.LeaderAsync() ?? Any(etcd.Members))),
            ("etcd member killed", () => KillAsync(Any(etcd.Members))),
            ("etcd leader cut off", async () => await CutAsync((await etcd.LeaderAsync() ?? Any(etcd.Members)).Port)),
            ("etcd member cut off", () => CutAsync(Any(etcd.Members).Port)),
            ("host cut off", () => CutAsync(Fabric.PortOf(Any(fabric.Hosts)))),
            ("etcd leader frozen", async () => await FreezeAsync(await etcd.LeaderAsync() ?? Any(etcd.Members))),
            ("slow disk of the leader", async () => await SlowDownAsync(await etcd.LeaderAsync() ?? Any(etcd.Members))),
            .. clock is null ? [] : new (string, Func<Task>)[] { ("clock jumped", () => clock.JumpAsync(random)) },
        ];
        random.Shuffle(deeds);
        for (var i = 0; goesOn(); i++)
        {
            var (name, deed) = deeds[i % deeds.Length];
            await deed();
            ledger.Note(name);
            await Task.Delay(random.Next(300, 1000));
        }
    }

    private async Task KillAgentAsync()
    {
        var agent = Any(agents);
        await agent.KillAsync();
        await Task.Delay(random.Next(1500));
        agent.Launch();
    }

    private async Task KillAsync(EtcdMember member)
    {
        await member.KillAsync();
        await AWhileAsync();
        etcd.Start(member);
    }

    private async Task CutAsync(string port)
    {
        await fabric.CutAsync(port);
        await AWhileAsync();
        await fabric.MendAsync(port);
    }

    private async Task FreezeAsync(EtcdMember member)
    {
        await member.FreezeAsync();
        await AWhileAsync();
        await member.ThawAsync();
    }

    private async Task SlowDownAsync(EtcdMember member)
    {
        member.SlowDown(DiskDelay);
        await AWhileAsync();
        await member.SpeedUpAsync();
    }

    private Task AWhileAsync() => Task.Delay(random.Next(800, 2500));

    private T Any<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];
}
