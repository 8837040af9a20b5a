using Calico.Agent.Api;
using Calico.Ipam.Core;
using Calico.Model.Identity;
using Calico.Model.Net;
using Calico.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.AgentApi;

internal sealed class NodeAllocatorTests
{
    private readonly List<IReadOnlyList<IpamRequest>> _batches = [];
    private CancellationTokenSource _stop = new();
    private SemaphoreSlim _gate = new(0);
    private Func<IReadOnlyList<IpamRequest>, IReadOnlyList<IpamOutcome>> _answer = Succeed;
    private NodeAllocator _allocator = null!;
    private Task _loop = Task.CompletedTask;

    [SetUp]
    public void Start()
    {
        _batches.Clear();
        _answer = Succeed;
        _stop = new CancellationTokenSource();
        _gate = new SemaphoreSlim(0);
        _allocator = new NodeAllocator(new RefusingAllocator(), CommitAsync, NullLogger.Instance);
        _loop = _allocator.RunAsync(_stop.Token);
    }

    [TearDown]
    public async Task Stop()
    {
        _gate.Release(1000);
        await _stop.CancelAsync();
        await _loop.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
        _gate.Dispose();
    }

    [Test]
    public async Task What_waits_while_a_batch_is_under_way_is_the_next_batch()
    {
        var first = Assign("c0");
        await BatchesAsync(1);
        var others = Enumerable.Range(1, 20).Select(i => Assign($"c{i}")).ToArray();
        _gate.Release(2);
        await Task.WhenAll([first, .. others]);

        Assert.That(_batches.Select(b => b.Count), Is.EqualTo(new[] { 1, 20 }));
    }

    [Test]
    public async Task A_batch_has_a_bound()
    {
        var first = Assign("c0");
        await BatchesAsync(1);
        var others = Enumerable.Range(1, 150).Select(i => Assign($"c{i}")).ToArray();
        _gate.Release(10);
        await Task.WhenAll([first, .. others]);

        Assert.That(_batches.Select(b => b.Count), Is.EqualTo(new[] { 1, NodeAllocator.MaxBatch, NodeAllocator.MaxBatch, 30 }));
    }

    [Test]
    public async Task Requests_are_committed_in_the_order_of_their_arrival()
    {
        var first = Assign("c0");
        await BatchesAsync(1);
        var add = Assign("c9");
        var del = _allocator.ReleaseAsync(new ReleaseRequest(Identity("c9"), "n"), CancellationToken.None);
        _gate.Release(10);
        await Task.WhenAll(first, add, del);

        Assert.That(_batches[1].Select(r => r.GetType()), Is.EqualTo(new[] { typeof(AssignRequest), typeof(ReleaseRequest) }));
    }

    [Test]
    public async Task Each_caller_gets_its_own_outcome()
    {
        _answer = batch => [.. batch.Select(r => r.Identity.ContainerId == "bad"
            ? new IpamOutcome(Error: new IpamException(IpamFailure.Exhausted, "no room"))
            : Succeed([r])[0])];
        _gate.Release(10);
        var good = Assign("c7");
        var bad = Assign("bad");

        Assert.That((await good).Addresses.Single(), Is.EqualTo(IpAddress.Parse("10.0.0.7")));
        Assert.That(async () => await bad, Throws.TypeOf<IpamException>().With.Property(nameof(IpamException.Failure)).EqualTo(IpamFailure.Exhausted));
    }

    [Test]
    public async Task A_caller_that_gives_up_while_it_waits_is_left_out()
    {
        var first = Assign("c0");
        await BatchesAsync(1);
        using var patience = new CancellationTokenSource();
        var given = _allocator.AssignAsync(new AssignRequest(Identity("c1"), "n"), patience.Token);
        var kept = Assign("c2");
        await patience.CancelAsync();
        _gate.Release(10);
        await Task.WhenAll(first, kept);

        Assert.That(async () => await given, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_batches[1].Select(r => r.Identity.ContainerId), Is.EqualTo(new[] { "c2" }));
    }

    [Test]
    public async Task A_caller_that_gives_up_too_late_still_gets_its_outcome()
    {
        using var patience = new CancellationTokenSource();
        var begun = _allocator.AssignAsync(new AssignRequest(Identity("c3"), "n"), patience.Token);
        await BatchesAsync(1);
        await patience.CancelAsync();
        _gate.Release();

        Assert.That((await begun).Addresses, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task One_bad_request_does_not_fail_its_neighbours()
    {
        var first = Assign("c0");
        await BatchesAsync(1);
        _answer = batch => batch.Any(r => r.Identity.ContainerId == "bad") ? throw new InvalidOperationException("cannot") : Succeed(batch);
        var bad = Assign("bad");
        var good = Assign("c5");
        _gate.Release(10);
        await first;

        Assert.That((await good).Addresses, Has.Length.EqualTo(1));
        Assert.That(async () => await bad, Throws.InvalidOperationException);
    }

    [Test]
    public async Task With_the_store_away_nobody_is_tried_twice()
    {
        var first = Assign("c0");
        await BatchesAsync(1);
        _answer = _ => throw new StoreException("etcd is away") { IsUnavailable = true };
        var others = new[] { Assign("c1"), Assign("c2") };
        _gate.Release(10);

        foreach (var other in others.Append(first))
        {
            Assert.That(async () => await other, Throws.TypeOf<StoreException>());
        }

        Assert.That(_batches, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Stopping_ends_the_batch_under_way_and_gives_up_what_waits()
    {
        var begun = Assign("c0");
        await BatchesAsync(1);
        var waiting = Assign("c1");
        await _stop.CancelAsync();
        _gate.Release(10);

        Assert.That((await begun).Addresses, Has.Length.EqualTo(1));
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await Assign("c2"), Throws.InstanceOf<OperationCanceledException>());
    }

    private static WorkloadIdentity Identity(string container) =>
        new(WorkloadIdentity.PlainCni, WorkloadIdentity.DefaultNamespace, container, container, "eth0", "net");

    private static List<IpamOutcome> Succeed(IReadOnlyList<IpamRequest> batch) =>
    [
        .. batch.Select(r => r is ReleaseRequest
            ? new IpamOutcome(Release: new ReleaseResult([], []))
            : new IpamOutcome(Assignment: new Assignment([IpAddress.Parse("10.0.0." + r.Identity.ContainerId[1..])], null))),
    ];

    private async Task<IReadOnlyList<IpamOutcome>> CommitAsync(IReadOnlyList<IpamRequest> batch, CancellationToken cancellationToken)
    {
        lock (_batches)
        {
            _batches.Add(batch);
        }

        await _gate.WaitAsync(cancellationToken);
        return _answer(batch);
    }

    private async Task BatchesAsync(int count)
    {
        for (var i = 0; i < 400 && _batches.Count < count; i++)
        {
            await Task.Delay(5);
        }

        Assert.That(_batches, Has.Count.EqualTo(count));
    }

    private Task<Assignment> Assign(string container) =>
        _allocator.AssignAsync(new AssignRequest(Identity(container), "n"), CancellationToken.None);

    private sealed class RefusingAllocator : IEndpointAllocator
    {
        public Task<Assignment> AssignAsync(AssignRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ReleaseResult> ReleaseAsync(ReleaseRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CheckAsync(CheckRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<CollectResult> CollectAsync(CollectRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task CheckReadyAsync(ReadyRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
