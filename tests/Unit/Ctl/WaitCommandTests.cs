using Calico.Agent.Dataplane;
using Calico.Agent.Waiting;
using Calico.Ctl;
using Calico.Ctl.Wait;
using Calico.Model;
using Calico.Store.Sync;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Ctl;

/// <summary><c>calicoctl wait</c> with the agents' real answers, over a datastore in memory.</summary>
internal sealed class WaitCommandTests
{
    private const string Policy = """{"selector":"all()"}""";
    private readonly Dictionary<string, NodeProgress> _nodes = [];
    private CancellationTokenSource _stop = null!;
    private List<Task> _agents = null!;
    private WhyWorld _world = null!;
    private CtlRun _ctl = null!;

    [SetUp]
    public void Start()
    {
        (_stop, _agents, _world) = (new CancellationTokenSource(), [], new WhyWorld());
        _ctl = new CtlRun(_world.Store) { Time = TimeProvider.System };
        _world.Policy("shop", "default.web", Policy);
        _nodes.Clear();
    }

    [TearDown]
    public async Task Stop()
    {
        await _stop.CancelAsync();
        foreach (var agent in _agents)
        {
            Assert.That(async () => await agent, Throws.InstanceOf<OperationCanceledException>());
        }

        _stop.Dispose();
        _ctl.Dispose();
    }

    [Test]
    public async Task It_returns_when_all_nodes_have_the_revision_and_leaves_nothing_behind()
    {
        Run("node-a", programmed: long.MaxValue);
        Run("node-b", programmed: long.MaxValue);
        Assert.That(await _ctl.OutputAsync("wait policy/web -n shop"), Does.StartWith("NetworkPolicy shop/default.web: programmed on 2 nodes (revision "));
        Assert.That(await _ctl.OutputAsync("wait"), Does.StartWith("everything that is stored: programmed on 2 nodes"));
        Assert.That(_world.Store.Contents().Keys.Where(key => key.StartsWith("/calico/wait/", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task A_node_that_is_not_done_in_time_is_named_with_what_it_said_and_one_that_is_silent_too()
    {
        Run("node-a", programmed: 3, failures: ["IPv4 rules: iptables-restore: line 7 failed"]);
        Assert.That(await _ctl.RunAsync("wait networkpolicy/shop/default.web --timeout 4s"), Is.EqualTo(ExitCode.TimedOut));
        Assert.That(_ctl.Error, Does.Contain("is programmed on 0 of 2 nodes").And.Contain("node-a has revision 3: IPv4 rules: iptables-restore: line 7 failed").And.Contain("node-b did not answer"));
        Assert.That(_ctl.Error, Does.Contain("0 of 2 nodes have it; missing: node-a, node-b"), "progress");
    }

    [Test]
    public async Task What_is_wrong_with_the_object_is_a_warning_once()
    {
        foreach (var node in new[] { "node-a", "node-b" })
        {
            Run(node, programmed: long.MaxValue, problems: ["NetworkPolicy shop/default.web: spec.selector: no selector", "NetworkPolicy shop/default.other: no"]);
        }

        await _ctl.OutputAsync("wait policy/shop/web");
        Assert.That(_ctl.Error, Is.EqualTo($"warning: node-a, node-b: NetworkPolicy shop/default.web: spec.selector: no selector{Environment.NewLine}"));
    }

    [Test]
    public async Task A_node_that_catches_up_while_somebody_waits_answers_then()
    {
        Run("node-a", programmed: long.MaxValue);
        Run("node-b", programmed: 1);
        var waiting = _ctl.RunAsync("wait policy/shop/web --timeout 20s");
        await Task.Delay(200);
        Assert.That(waiting.IsCompleted, Is.False);
        Progress("node-b", long.MaxValue);
        Assert.That(await waiting, Is.Zero, _ctl.Error);
    }

    [TestCase("wait policy/shop/none", "NetworkPolicy shop/none does not exist", ExitCode.Failed)]
    [TestCase("wait policy/shop/web --deleted", "is still there", ExitCode.Failed)]
    [TestCase("wait bgppeer/x", "nodes program nothing for a BGPPeer", ExitCode.Usage)]
    [TestCase("wait policy", "'policy' is not KIND/NAME", ExitCode.Usage)]
    [TestCase("wait tier/shop/x", "a Tier has no namespace", ExitCode.Usage)]
    [TestCase("wait --timeout 3x", "'3x' is not a time", ExitCode.Usage)]
    [TestCase("wait --timeout 2h", "up to 1h", ExitCode.Usage)]
    public async Task What_cannot_be_waited_for_is_refused(string commandLine, string message, int code)
    {
        Assert.That(await _ctl.RunAsync(commandLine), Is.EqualTo(code));
        Assert.That(_ctl.Error, Does.Contain(message));
    }

    [Test]
    public async Task An_object_that_is_gone_can_be_waited_for()
    {
        Run("node-a", programmed: long.MaxValue);
        Run("node-b", programmed: long.MaxValue);
        Assert.That(await _ctl.OutputAsync("wait policy/shop/none --deleted"), Does.StartWith("policy/shop/none: programmed on 2 nodes"));
    }

    [TestCase("500ms", 500)]
    [TestCase("1.5s", 1500)]
    [TestCase("2m", 120_000)]
    [TestCase("7", 7000)]
    public void A_time_has_a_unit(string text, int milliseconds) => Assert.That(WaitCommand.Duration(text), Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));

    private void Progress(string node, long programmed, string[]? failures = null, string[]? problems = null)
    {
        lock (_nodes)
        {
            _nodes[node] = new NodeProgress(new DataplaneStatus { IsInSync = true, ProgrammedRevision = programmed, Failures = failures ?? [] }, problems ?? []);
        }
    }

    /// <summary>The part of an agent that answers, and a follower that tells it of everything.</summary>
    private void Run(string node, long programmed, string[]? failures = null, string[]? problems = null)
    {
        Progress(node, programmed, failures, problems);
        var answerer = new ProgressAnswerer(_world.Store, node, Look, NullLogger.Instance, TimeProvider.System);
        _agents.Add(answerer.RunAsync(_stop.Token));
        _agents.Add(FollowAsync());

        NodeProgress Look()
        {
            lock (_nodes)
            {
                return _nodes[node];
            }
        }

        async Task FollowAsync()
        {
            await foreach (var change in new Syncer(_world.Store, EtcdKeys.Root, NullLogger.Instance) { Until = EtcdKeys.Unfollowed }.RunAsync(_stop.Token))
            {
                answerer.Hear(change);
            }
        }
    }
}
