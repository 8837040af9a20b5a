using System.Text.Json.Nodes;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Cni;
using Calico.Tests.Rig.Network;

namespace Calico.Tests.Netns.Chaos;

/// <summary>
/// A runtime that starts and stops one pod again and again, each time as a new container, and is killed in some of its calls. Now and then it loses a container
/// for good, or sends the DEL of the old one only after the ADD of the new.
/// </summary>
internal sealed class ChaosLane(ChaosWorld world, Host host, int number, ChaosLedger ledger, Random random) : IAsyncDisposable
{
    private const double KilledShare = 0.15;
    private const double AbandonedShare = 0.02;
    private const double LateShare = 0.05;
    private const double GoneEarlyShare = 0.2;
    private static readonly TimeSpan DelPatience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan DelPause = TimeSpan.FromMilliseconds(200);
    private readonly CniCaller _caller = new(host);
    private readonly JsonObject _conf = CniConf.Calico(host, world.Etcd.EndpointText);
    private (Pod Here, Pod There)? _sandboxes;
    private int _generation;
    private Pod? _late;
    private Pod? _living;

    /// <summary>How long a container lives on after Kubernetes has forgotten its pod: only its node's veto keeps its addresses. Zero: Kubernetes knows it as long as it lives.</summary>
    public TimeSpan Forgotten { get; init; }

    private (Pod Here, Pod There) Sandboxes => _sandboxes ?? throw new InvalidOperationException("the lane has not begun");

    private string PodName => Sandboxes.Here.Name;

    /// <summary>Leaves its last container plugged in, if its last ADD succeeded.</summary>
    public async Task RunAsync(Func<bool> goesOn, Func<bool> mayAbandon)
    {
        await MoveAsync();
        while (true)
        {
            var container = Sandboxes.Here.WithNewContainer();
            var isUp = await AddAsync(container);
            await DelLateAsync();
            if (isUp && Forgotten > TimeSpan.Zero)
            {
                await ForgetAsync(goesOn);
            }

            if (isUp && !goesOn())
            {
                _living = container;
                return;
            }

            await Task.Delay(random.Next(50));
            await EndAsync(container, mayAbandon());
            ledger.PairDone();
            if (!goesOn())
            {
                await DelLateAsync();
                world.Kubernetes.Remove(PodName);
                return;
            }
        }
    }

    /// <summary>Unplugs what <see cref="RunAsync"/> left.</summary>
    public async Task EndAsync()
    {
        if (_living is not null)
        {
            await DelAsync(_living);
            world.Kubernetes.Remove(PodName);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_sandboxes is { } sandboxes)
        {
            await sandboxes.Here.DisposeAsync();
            await sandboxes.There.DisposeAsync();
            _sandboxes = null;
        }
    }

    /// <summary>To a pod of another name, with two sandboxes to change between.</summary>
    private async Task MoveAsync()
    {
        await DisposeAsync();
        var name = $"lane{number}-{_generation++}";
        _sandboxes = (await Pod.CreateKubernetesAsync(host, name, ChaosKubernetes.PodNamespace), await Pod.CreateKubernetesAsync(host, name, ChaosKubernetes.PodNamespace));
    }

    private async Task<bool> AddAsync(Pod container)
    {
        world.Kubernetes.Put(PodName, host, []);
        var outcome = await _caller.CallAsync("ADD", container, _conf, KillAfter());
        Note("ADD", outcome);
        if (outcome.Succeeded)
        {
            ledger.Plugged(container.ContainerId, outcome.Addresses);
            world.Kubernetes.Put(PodName, host, outcome.Addresses);
        }

        return outcome.Succeeded;
    }

    private async Task EndAsync(Pod container, bool mayAbandon)
    {
        var fate = random.NextDouble();
        if (fate < AbandonedShare && mayAbandon)
        {
            ledger.Note("container", "abandoned");
            ledger.Unplugged(container.ContainerId);
            world.Kubernetes.Remove(PodName);
            await MoveAsync();
        }
        else if (fate < AbandonedShare + LateShare)
        {
            // The pod goes on in another container.
            ledger.Note("container", "deleted late");
            ledger.Unplugged(container.ContainerId);
            _late = container;
            _sandboxes = (Sandboxes.There, Sandboxes.Here);
        }
        else
        {
            await DelOfGonePodAsync(container);
        }
    }

    private async Task DelOfGonePodAsync(Pod container)
    {
        var isGoneEarly = random.NextDouble() < GoneEarlyShare;
        if (isGoneEarly)
        {
            world.Kubernetes.Remove(PodName);
        }

        await DelAsync(container);
        world.Kubernetes.Remove(PodName);
    }

    private async Task DelLateAsync()
    {
        if (_late is { } container)
        {
            _late = null;
            await DelAsync(container);
        }
    }

    /// <summary>As a runtime does it: again until it succeeds.</summary>
    private async Task DelAsync(Pod container)
    {
        ledger.Unplugged(container.ContainerId);
        for (var deadline = DateTime.UtcNow + DelPatience; ;)
        {
            var outcome = await _caller.CallAsync("DEL", container, _conf, KillAfter());
            Note("DEL", outcome);
            if (outcome.Succeeded)
            {
                return;
            }

            if (DateTime.UtcNow > deadline)
            {
                outcome.OrThrow();
            }

            await Task.Delay(DelPause);
        }
    }

    private async Task ForgetAsync(Func<bool> goesOn)
    {
        world.Kubernetes.Remove(PodName);
        ledger.Note("container", "forgotten by Kubernetes");
        for (var end = DateTime.UtcNow + Forgotten; DateTime.UtcNow < end && goesOn();)
        {
            await Task.Delay(DelPause);
        }
    }

    private void Note(string verb, CniOutcome outcome) =>
        ledger.Note(verb, outcome.Succeeded ? "done" : outcome.WasKilled ? "killed" : $"failed with {outcome.ErrorCode}");

    private TimeSpan? KillAfter() => random.NextDouble() < KilledShare ? TimeSpan.FromMilliseconds(random.Next(1, 40)) : null;
}
