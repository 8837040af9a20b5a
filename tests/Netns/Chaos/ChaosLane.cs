using System.Text.Json.Nodes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Netns.Chaos;

/// <summary>A runtime that starts and stops one container after the other on a host, and is killed in some of its calls.</summary>
internal sealed class ChaosLane(Host host, JsonObject conf, ChaosLedger ledger, Random random)
{
    private const double KilledShare = 0.15;
    private static readonly TimeSpan DelPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan DelPause = TimeSpan.FromMilliseconds(200);
    private readonly CniCaller _caller = new(host);

    /// <summary>Leaves its last container plugged in, if its last ADD succeeded.</summary>
    /// <returns>That container, or null.</returns>
    public async Task<Pod?> RunAsync(Pod place, Func<bool> goesOn)
    {
        while (true)
        {
            var container = place.WithNewContainer();
            var isUp = await AddAsync(container);
            if (isUp && !goesOn())
            {
                return container;
            }

            await Task.Delay(random.Next(50));
            await DelAsync(container);
            ledger.Note("pairs");
            if (!goesOn())
            {
                return null;
            }
        }
    }

    /// <summary>As a runtime does it: again until it succeeds.</summary>
    public async Task DelAsync(Pod container)
    {
        ledger.Unplugged(container.ContainerId);
        for (var deadline = DateTime.UtcNow + DelPatience; ; ledger.Note("DEL again"))
        {
            var outcome = await _caller.CallAsync("DEL", container, conf, KillAfter());
            if (outcome.Succeeded)
            {
                return;
            }

            ledger.Note(outcome.WasKilled ? "DEL killed" : $"DEL failed with {outcome.ErrorCode}");
            if (DateTime.UtcNow > deadline)
            {
                outcome.OrThrow();
            }

            await Task.Delay(DelPause);
        }
    }

    private async Task<bool> AddAsync(Pod container)
    {
        var outcome = await _caller.CallAsync("ADD", container, conf, KillAfter());
        if (outcome.Succeeded)
        {
            ledger.Plugged(container.ContainerId, outcome.Addresses);
            ledger.Note("ADD done");
            return true;
        }

        ledger.Note(outcome.WasKilled ? "ADD killed" : $"ADD failed with {outcome.ErrorCode}");
        return false;
    }

    private TimeSpan? KillAfter() => random.NextDouble() < KilledShare ? TimeSpan.FromMilliseconds(random.Next(1, 40)) : null;
}
