using System.Collections.Concurrent;
using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Managers;
using Calico.Agent.Dataplane.Rules;
using Calico.Model.Net;
using Calico.Model.Resources;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Dataplane.Loop;

internal sealed class DataplaneLoopTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly ResourceId Web = new(ResourceKind.WorkloadEndpoint, "default", "web");

    private readonly ConcurrentQueue<DataplaneUpdate> _updates = new();
    private RecordedKernel _kernel = new();
    private CancellationTokenSource _stop = new();
    private DataplaneLoop _loop = null!;
    private Task _running = Task.CompletedTask;

    [SetUp]
    public void Start()
    {
        _updates.Clear();
        _kernel = new RecordedKernel();
        _stop = new CancellationTokenSource();
        FamilyTables[] families = [.. new[] { IpFamily.IPv4, IpFamily.IPv6 }.Select(family => new FamilyTables(
            family, new RuleRenderer(new DataplaneOptions(), family, ProtocolNames.BuiltIn), new RecordedKernel.Tables(_kernel, family.ToString())))];
        var managers = new DataplaneManagers(
            IptablesBackend.Nft, new RecordedKernel.Sets(_kernel), families, () => new Dictionary<string, IReadOnlyCollection<IpAddress>>(), _ => Task.CompletedTask);
        var companions = new DataplaneCompanions(_ => { }, () => { }, token => Task.Delay(Timeout.Infinite, token));
        _loop = new DataplaneLoop(
            [IpFamily.IPv4, IpFamily.IPv6], _ => Task.FromResult(managers), () => _updates.TryDequeue(out var next) ? next : null, companions, NullLogger.Instance, TimeProvider.System);
        _running = _loop.RunAsync(_stop.Token);
    }

    [TearDown]
    public async Task StopLoop()
    {
        await _stop.CancelAsync();
        Assert.That(async () => await _running, Throws.InstanceOf<OperationCanceledException>());
        _stop.Dispose();
    }

    [Test]
    public async Task Nothing_is_written_before_all_is_known()
    {
        Give(1, Workload());
        Give(2, Workload());
        await UntilAsync(() => _updates.IsEmpty);
        Assert.That(_kernel.Journal, Is.Empty);

        Give(3, new InSync());
        await UntilAsync(() => _loop.Status.ProgrammedRevision == 3);
        Assert.That(_loop.Status, Has.Property(nameof(DataplaneStatus.IsInSync)).True.And.Property(nameof(DataplaneStatus.WorkloadEndpoints)).EqualTo(1));
    }

    [Test]
    public async Task Sets_come_before_tables_and_go_after_them()
    {
        Give(1, new InSync());
        await UntilAsync(() => _loop.Status.ProgrammedRevision == 1);
        Assert.That(_kernel.Journal[0], Is.EqualTo("sets"));
        Assert.That(_kernel.Journal.Skip(1).Take(2), Is.EquivalentTo(["IPv4", "IPv6"]));
        Assert.That(_kernel.Journal[3], Is.EqualTo("removals"));
    }

    [Test]
    public async Task A_family_that_fails_is_named_and_tried_again_while_the_other_goes_on()
    {
        _kernel.Failures["IPv6"] = new IOException("no ip6tables here");
        Give(5, Workload("10.0.0.1/32"), new InSync());

        Assert.That(await _loop.WaitAsync(Web, 5, Patience, default), Is.True, "the workload has no IPv6 address");
        await UntilAsync(() => _loop.Status.Failures.Count == 1);
        Assert.That(_loop.Status.Failures[0], Is.EqualTo("IPv6 rules: no ip6tables here"));
        Assert.That(_loop.Status.ProgrammedRevision, Is.Zero);
        Assert.That(_kernel.Journal, Has.None.EqualTo("removals"), "rules that could not be replaced may use the sets");

        _kernel.Failures.Clear();
        await UntilAsync(() => _loop.Status.ProgrammedRevision == 5);
        Assert.That(_loop.Status.Failures, Is.Empty);
    }

    [Test]
    public async Task A_workload_of_both_families_waits_for_both()
    {
        _kernel.Failures["IPv6"] = new IOException("no ip6tables here");
        Give(5, Workload("10.0.0.1/32", "fd00::1/128"), new InSync());

        Assert.That(await _loop.WaitAsync(Web, 5, TimeSpan.FromMilliseconds(300), default), Is.False);
        Assert.That(_loop.Has(Web, 5), Is.False);
    }

    [Test]
    public async Task A_wait_is_for_the_revision_and_not_for_the_name_alone()
    {
        Give(5, Workload("10.0.0.1/32"), new InSync());
        Assert.That(await _loop.WaitAsync(Web, 5, Patience, default), Is.True);

        var next = _loop.WaitAsync(Web, 7, Patience, default);
        Assert.That(next.IsCompleted, Is.False);
        Give(7, Workload("10.0.0.2/32"));
        Assert.That(await next, Is.True);
    }

    [Test]
    public async Task Who_waits_for_a_workload_that_is_gone_is_told_so()
    {
        Give(5, Workload("10.0.0.1/32"), new InSync());
        var gone = _loop.WaitAsync(Web, 6, Patience, default);
        Give(6, new WorkloadEndpointRemove(Web));
        Assert.That(await gone, Is.False);
    }

    [Test]
    public async Task A_revision_without_any_change_here_is_programmed_too()
    {
        Give(1, new InSync());
        Give(9);
        await UntilAsync(() => _loop.Status.ProgrammedRevision == 9);
        Assert.That(_loop.Status.Failures, Is.Empty);
    }

    private static WorkloadEndpointUpdate Workload(params string[] networks) =>
        new(Web, "cali0123") { Networks = [.. networks.Select(Cidr.Parse)] };

    private void Give(long revision, params DataplaneMessage[] messages)
    {
        _updates.Enqueue(new DataplaneUpdate(messages, revision, TimeProvider.System.GetTimestamp()));
        _loop.Wake();
    }

    private async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!holds())
        {
            _loop.Wake();
            await Task.Delay(5, deadline.Token);
        }
    }
}
