using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane.IpSets;
using Calico.Agent.Dataplane.Iptables;
using Calico.Agent.Dataplane.Tools;

namespace Calico.Tests.Unit.Dataplane.Loop;

/// <summary>Writes down in which order sets and tables are applied, fails when it is told to, and can hold up an apply.</summary>
internal sealed class RecordedKernel
{
    private readonly Lock _lock = new();
    private readonly List<string> _journal = [];

    public Dictionary<string, Exception> Failures { get; } = [];

    /// <summary>What an apply of the tables waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public IReadOnlyList<string> Journal
    {
        get
        {
            lock (_lock)
            {
                return [.. _journal];
            }
        }
    }

    public async Task ApplyAsync(string what)
    {
        lock (_lock)
        {
            _journal.Add(what);
        }

        await Gate;
        if (Failures.TryGetValue(what, out var failure))
        {
            throw failure;
        }
    }

    internal sealed class Tables(RecordedKernel kernel, string name) : IIptables
    {
        public Dictionary<(IptablesTable Table, string Name), IptablesChain> Chains { get; } = [];

        public IReadOnlyList<KernelProblem> Problems => [];

        public TimeSpan UntilRefresh => Timeout.InfiniteTimeSpan;

        public void Set(IptablesTable table, IptablesChain chain) => Chains[(table, chain.Name)] = chain;

        public void Remove(IptablesTable table, string chain) => Assert.That(Chains.Remove((table, chain)), $"no {chain} to remove");

        public void Set(IptablesTable table, IptablesHook hook)
        {
        }

        public Task ApplyAsync(CancellationToken cancellationToken) => kernel.ApplyAsync(name);

        public void Doubt()
        {
        }

        public Task RefreshAsync(CancellationToken cancellationToken) => kernel.ApplyAsync(name);
    }

    internal sealed class Sets(RecordedKernel kernel) : IIpSets
    {
        public IReadOnlyList<KernelProblem> Problems => [];

        public TimeSpan UntilRefresh => Timeout.InfiniteTimeSpan;

        public void Set(string id, IpSetKind kind, IReadOnlyCollection<IpSetMember> members)
        {
        }

        public void Change(string id, IReadOnlyCollection<IpSetMember> added, IReadOnlyCollection<IpSetMember> removed)
        {
        }

        public void Remove(string id)
        {
        }

        public Task ApplyUpdatesAsync(CancellationToken cancellationToken) => kernel.ApplyAsync("sets");

        public Task ApplyRemovalsAsync(CancellationToken cancellationToken) => kernel.ApplyAsync("removals");

        public Task RefreshAsync(CancellationToken cancellationToken) => kernel.ApplyAsync("sets");
    }
}
