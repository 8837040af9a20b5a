using Calico.Controller.Leadership;
using Calico.Store.Kubernetes;
using Calico.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Controller;

internal sealed class LeaderLeaseTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private ManualTime _time = null!;
    private OneLease _lease = null!;

    [SetUp]
    public void SetUp() => (_time, _lease) = (new ManualTime(), new OneLease());

    [OneTimeTearDown]
    public void TearDown() => _stop.Dispose();

    [Test]
    public async Task The_first_replica_leads_and_renews()
    {
        using var stop = new CancellationTokenSource();
        var one = Replica("one");
        var running = one.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => one.IsLeader);
        await AdvanceAsync(60);
        Assert.That(one.IsLeader);
        Assert.That(one.Terms, Is.EqualTo(1));
        Assert.That(_lease.Now!.Holder, Is.EqualTo("one"));
        await EndAsync(stop, running);
    }

    [Test]
    public async Task The_lease_is_given_back_and_the_next_one_does_not_wait_for_its_end()
    {
        using var stopOne = new CancellationTokenSource();
        using var stopTwo = new CancellationTokenSource();
        var (one, two) = (Replica("one"), Replica("two"));
        var first = one.RunAsync(stopOne.Token);
        await Eventually.TrueAsync(() => one.IsLeader);
        var second = two.RunAsync(stopTwo.Token);
        await AdvanceAsync(5);
        Assert.That(two.IsLeader, Is.False);
        await EndAsync(stopOne, first);
        Assert.That(_lease.Now!.Holder, Is.Empty);
        await AdvanceAsync(3);
        await Eventually.TrueAsync(() => two.IsLeader);
        Assert.That(_lease.Now!.Transitions, Is.EqualTo(1));
        await EndAsync(stopTwo, second);
    }

    [Test]
    public async Task A_leader_that_cannot_renew_stops_before_another_may_start()
    {
        using var stop = new CancellationTokenSource();
        var (one, two) = (Replica("one"), Replica("two"));
        var first = one.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => one.IsLeader);
        var second = two.RunAsync(stop.Token);
        await AdvanceAsync(4);
        _lease.Unreachable.Add("one");
        for (var i = 0; i < 40 && !two.IsLeader; i++)
        {
            await AdvanceAsync(1);
            Assert.That(one.IsLeader && two.IsLeader, Is.False, "two lead");
        }

        Assert.That(two.IsLeader);
        Assert.That(one.IsLeader, Is.False);
        _lease.Unreachable.Clear();
        await AdvanceAsync(30);
        Assert.That((one.IsLeader, two.IsLeader), Is.EqualTo((false, true)));
        await EndAsync(stop, first, second);
    }

    [Test]
    public async Task A_leader_whose_lease_another_took_stops_at_its_next_renewal()
    {
        using var stop = new CancellationTokenSource();
        var one = Replica("one");
        var running = one.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => one.IsLeader);
        _lease.Take("intruder");
        await AdvanceAsync(3);
        Assert.That(one.IsLeader, Is.False);
        await AdvanceAsync(20);
        await Eventually.TrueAsync(() => one.IsLeader); // the intruder never renewed
        Assert.That(one.Terms, Is.EqualTo(2));
        await EndAsync(stop, running);
    }

    [Test]
    public async Task A_renewal_whose_answer_was_lost_does_not_cost_the_lease()
    {
        using var stop = new CancellationTokenSource();
        var one = Replica("one");
        var running = one.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => one.IsLeader);
        _lease.LoseAnswers = 1;
        await AdvanceAsync(30);
        Assert.That(one.IsLeader);
        Assert.That(one.Terms, Is.EqualTo(1));
        await EndAsync(stop, running);
    }

    [Test]
    public void Work_that_fails_ends_the_replica_and_gives_the_lease_back()
    {
        var lease = new LeaderLease(_lease.For("one"), new LeaderOptions("one"), NullLogger.Instance, _time);
        Assert.That(
            async () => await lease.RunAsync(_ => throw new InvalidOperationException("broken"), _stop.Token),
            Throws.InvalidOperationException.With.Message.EqualTo("broken"));
        Assert.That(_lease.Now!.Holder, Is.Empty);
    }

    [Test]
    public void A_foreign_lease_is_free_only_when_it_was_seen_unchanged_for_its_whole_duration()
    {
        var lease = new LeaseRecord("other", TimeSpan.FromSeconds(15), null, null, 0, "7");
        Assert.That(LeaseClaim.IsFree(lease, TimeSpan.FromSeconds(14.9), "me"), Is.False);
        Assert.That(LeaseClaim.IsFree(lease, TimeSpan.FromSeconds(15), "me"));
        Assert.That(LeaseClaim.IsFree(lease with { Holder = "" }, TimeSpan.Zero, "me"));
        Assert.That(LeaseClaim.IsFree(lease, TimeSpan.Zero, "other"));
        Assert.That(LeaseClaim.IsFree(null, TimeSpan.Zero, "me"));
    }

    private async Task AdvanceAsync(int seconds)
    {
        for (var i = 0; i < seconds * 2; i++)
        {
            _time.Advance(Second / 2);
            await Task.Delay(3); // the replicas run on other threads
        }
    }

    private static async Task EndAsync(CancellationTokenSource stop, params Task[] running)
    {
        await stop.CancelAsync();
        foreach (var task in running)
        {
            Assert.That(async () => await task.WaitAsync(TimeSpan.FromSeconds(10)), Throws.InstanceOf<OperationCanceledException>());
        }
    }

    private Working Replica(string name) => new(_lease.For(name), name, _time);

    /// <summary>A replica whose work counts its terms.</summary>
    private sealed class Working(ILeaseStore store, string name, TimeProvider time)
    {
        private readonly LeaderLease _lease = new(store, new LeaderOptions(name), NullLogger.Instance, time);
        private volatile bool _works;

        public bool IsLeader => _works;

        public int Terms { get; private set; }

        public Task RunAsync(CancellationToken cancellationToken) => _lease.RunAsync(
            async token =>
            {
                Terms++;
                _works = true;
                try
                {
                    await Task.Delay(Timeout.Infinite, token);
                }
                finally
                {
                    _works = false;
                }
            },
            cancellationToken);
    }

    /// <summary>The API server's one object.</summary>
    private sealed class OneLease
    {
        private readonly Lock _lock = new();
        private int _version;

        public LeaseRecord? Now { get; private set; }

        public HashSet<string> Unreachable { get; } = [];

        /// <summary>So many writes happen although the caller is told of an error.</summary>
        public int LoseAnswers { get; set; }

        public ILeaseStore For(string caller) => new Access(this, caller);

        public void Take(string holder)
        {
            lock (_lock)
            {
                Now = Now! with { Holder = holder, Version = $"{++_version}" };
            }
        }

        private sealed class Access(OneLease lease, string caller) : ILeaseStore
        {
            public Task<LeaseRecord?> ReadAsync(CancellationToken cancellationToken)
            {
                Reach();
                return Task.FromResult(lease.Now);
            }

            public Task<LeaseRecord?> WriteAsync(LeaseRecord record, string? version, CancellationToken cancellationToken)
            {
                Reach();
                lock (lease._lock)
                {
                    if (lease.Now?.Version != version)
                    {
                        return Task.FromResult<LeaseRecord?>(null);
                    }

                    lease.Now = record with { Version = $"{++lease._version}" };
                    if (lease.LoseAnswers > 0)
                    {
                        lease.LoseAnswers--;
                        throw new KubernetesException("the answer was lost") { IsUnavailable = true };
                    }

                    return Task.FromResult<LeaseRecord?>(lease.Now);
                }
            }

            private void Reach()
            {
                if (lease.Unreachable.Contains(caller))
                {
                    throw new KubernetesException("no route to the API server") { IsUnavailable = true };
                }
            }
        }
    }
}
