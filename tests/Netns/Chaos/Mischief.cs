using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Netns.Chaos;

/// <summary>What goes wrong, one thing after the other, each for a moment; at its end all is well again but the clocks.</summary>
internal sealed class Mischief(ChaosWorld world, ChaosLedger ledger, int mostQuiet, Random random)
{
    private const int MostHours = 12;
    private const int MostSeconds = 90;
    private static readonly TimeSpan DiskDelay = TimeSpan.FromMilliseconds(300);

    public async Task RunAsync(Func<bool> goesOn)
    {
        (string Name, Func<Task> Do)[] deeds =
        [
            ("agent killed", KillAgentAsync),
            ("agent frozen", FreezeAgentAsync),
            ("controller killed", world.Controller.KillAsync),
            ("etcd leader killed", async () => await KillAsync(await LeaderAsync())),
            ("etcd member killed", () => KillAsync(Any(world.Etcd.Members))),
            ("etcd leader cut off", async () => await CutAsync((await LeaderAsync()).Port)),
            ("etcd member cut off", () => CutAsync(Any(world.Etcd.Members).Port)),
            ("etcd without a majority", async () => await CutAsync([.. world.Etcd.Members.Skip(1).Select(member => member.Port)])),
            ("host cut off", () => CutAsync(Fabric.PortOf(Any(world.Fabric.Hosts)))),
            ("etcd leader frozen", async () => await FreezeAsync(await LeaderAsync())),
            ("slow disk of the leader", async () => await SlowDownAsync(await LeaderAsync())),
            .. ProcessClock.IsPossible
                ? new (string, Func<Task>)[]
                {
                    ("clock of an agent jumped", () => JumpAsync(Any(world.Agents).Pid)),
                    ("clock of an etcd member jumped", () => JumpAsync(Any(world.Etcd.Members).Pid)),
                    ("clock of the controller jumped", () => JumpAsync(world.Controller.Pid)),
                }
                : [],
        ];
        for (var i = 0; goesOn(); i++)
        {
            if (i % deeds.Length == 0)
            {
                random.Shuffle(deeds);
            }

            var (name, deed) = deeds[i % deeds.Length];
            ledger.Note("fault", name);
            try
            {
                await deed();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"the fault '{name}' did not work", e);
            }

            if (!world.Controller.IsRunning)
            {
                await world.Controller.RestartAsync();
            }

            await Task.Delay(random.Next(300, mostQuiet));
        }
    }

    private async Task KillAgentAsync()
    {
        var agent = Any(world.Agents);
        await agent.KillAsync();
        await Task.Delay(random.Next(1500));
        agent.Launch();
    }

    private async Task FreezeAgentAsync()
    {
        var agent = Any(world.Agents);
        await agent.FreezeAsync();
        await AWhileAsync();
        await agent.ThawAsync();
    }

    private async Task KillAsync(EtcdMember member)
    {
        await member.KillAsync();
        await AWhileAsync();
        world.Etcd.Start(member);
    }

    private async Task CutAsync(params IReadOnlyList<string> ports)
    {
        foreach (var port in ports)
        {
            await world.Fabric.CutAsync(port);
        }

        await AWhileAsync();
        foreach (var port in ports)
        {
            await world.Fabric.MendAsync(port);
        }
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

    private Task JumpAsync(int pid) => ProcessClock.SetAsync(
        pid,
        random.Next(2) == 0 ? TimeSpan.FromHours(random.Next(-MostHours, MostHours + 1)) : TimeSpan.FromSeconds(random.Next(-MostSeconds, MostSeconds + 1)));

    private async Task<EtcdMember> LeaderAsync() => await world.Etcd.LeaderAsync() ?? Any(world.Etcd.Members);

    private Task AWhileAsync() => Task.Delay(random.Next(800, 2500));

    private T Any<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];
}
