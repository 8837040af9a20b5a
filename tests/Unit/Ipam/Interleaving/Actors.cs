using Calico.Ipam.Core;
using Calico.Model.Identity;
using Calico.Store;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>Those who give and take addresses, and those who change the conditions.</summary>
internal static class Actors
{
    private static readonly IpamOptions Options = new() { MaxPause = TimeSpan.Zero };

    /// <summary>Each step is a process of its own, which knows nothing: <c>calico-ipam</c>.</summary>
    public static Actor Direct(string name, string node, params Step[] steps) => new($"{name} on {node}", async run =>
    {
        for (var i = 0; i < steps.Length; i++)
        {
            run.Forget($"step {i}");
            using var ipam = new IpamClient(run.Store(), Options, run);
            await TryAsync(steps[i], run, ipam, node);
        }
    });

    /// <summary>One process that remembers what it saw: the agent.</summary>
    public static Actor Agent(string name, string node, params Step[] steps) => new($"{name} on {node}", async run =>
    {
        using var ipam = new IpamClient(run.Store(), Options, run);
        foreach (var step in steps)
        {
            await TryAsync(step, run, ipam, node);
        }
    });

    /// <summary>ADD of one interface; it is plugged in from the answer on, if the machine is still there.</summary>
    public static Step Add(WorkloadIdentity identity, Func<AssignRequest, AssignRequest>? change = null) => async (run, ipam, node) =>
    {
        var request = new AssignRequest(identity, node);
        var given = await ipam.AssignAsync(change?.Invoke(request) ?? request, CancellationToken.None);
        run.Note(facts => facts.Nodes.Contains(node) ? facts.With(new InUse(identity, node, given.Addresses)) : facts);
    };

    /// <summary>The interface is unplugged, then its DEL is sent.</summary>
    public static Step Del(WorkloadIdentity identity) => async (run, ipam, node) =>
    {
        var used = new InUse(identity, node, []);
        await run.ChangeAsync($"unplugs {used.Key}", facts => facts.Without(used));
        await ipam.ReleaseAsync(new ReleaseRequest(identity, node), CancellationToken.None);
    };

    /// <summary>DEL of what is not plugged in, and may be added again.</summary>
    public static Step CleanUp(WorkloadIdentity identity) => (_, ipam, node) => ipam.ReleaseAsync(new ReleaseRequest(identity, node), CancellationToken.None);

    /// <summary>Several requests in one transaction, as the agent's queue makes them.</summary>
    public static Step Batch(params WorkloadIdentity[] adds) => async (run, ipam, node) =>
    {
        var outcomes = await ipam.CommitAsync([.. adds.Select(identity => new AssignRequest(identity, node))], CancellationToken.None);
        foreach (var (identity, outcome) in adds.Zip(outcomes))
        {
            if (outcome.Assignment is { } given)
            {
                run.Note(facts => facts.With(new InUse(identity, node, given.Addresses)));
            }
        }
    };

    /// <summary>Somebody who changes objects in the store, without looking.</summary>
    public static Actor Operator(string name, params StoreOp[][] changes) => new(name, async run =>
    {
        for (var i = 0; i < changes.Length; i++)
        {
            run.Forget($"change {i}");
            try
            {
                await run.Store().TxnAsync(new TxnRequest([], changes[i], []), CancellationToken.None);
            }
            catch (StoreException)
            {
                // It happened, or it did not.
            }
        }
    });

    /// <summary>What happens to the cluster beside the store.</summary>
    public static Actor Happening(string name, params Func<Facts, Facts>[] changes) => new(name, async run =>
    {
        for (var i = 0; i < changes.Length; i++)
        {
            run.Forget($"change {i}");
            await run.ChangeAsync($"change {i + 1}", changes[i]);
        }
    });

    private static async Task TryAsync(Step step, ActorRun run, IpamClient ipam, string node)
    {
        try
        {
            await step(run, ipam, node);
        }
        catch (StoreException)
        {
            // Whether it happened is unknown to the actor; whatever is right must be right either way.
        }
        catch (IpamException e) when (e.Failure is IpamFailure.Exhausted or IpamFailure.AddressTaken or IpamFailure.NoUsablePool)
        {
            // A refusal that the scenario makes possible. That no free address was lost is judged at the end.
        }
    }
}
