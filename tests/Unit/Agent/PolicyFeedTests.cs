using System.Text;
using Calico.Agent.Calc.Messages;
using Calico.Agent.Policy;
using Calico.Store;
using Calico.Store.Sync;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Agent;

internal sealed class PolicyFeedTests
{
    private const string Resources = "/calico/resources/v3/projectcalico.org/";

    private const string Workload =
        """{"kind":"WorkloadEndpoint","metadata":{"name":"w"},"spec":{"node":"n1","interfaceName":"cali1","profiles":["net"],"ipNetworks":["10.0.0.1/32"]}}""";

    private const string Profile = """{"kind":"Profile","metadata":{"name":"net"},"spec":{"ingress":[{"action":"Allow"}],"egress":[{"action":"Allow"}]}}""";

    private int _changes;
    private PolicyFeed _feed = null!;

    [SetUp]
    public void Start()
    {
        _changes = 0;
        _feed = new PolicyFeed("n1", NullLogger.Instance, TimeProvider.System) { Changed = () => _changes++ };
    }

    [Test]
    public void Nothing_is_given_before_in_sync()
    {
        _feed.Add(Set("profiles/net", Profile, 3));
        _feed.EndOfBatch();
        Assert.That((_feed.Take(), _changes), Is.EqualTo(((Calico.Agent.Dataplane.DataplaneUpdate?)null, 0)));

        InSync(5);
        var update = _feed.Take();
        Assert.That(update!.Messages, Has.Exactly(1).InstanceOf<InSync>());
        Assert.That(update.Revision, Is.EqualTo(5));
        Assert.That(_feed.Take(), Is.Null, "there is nothing new");
    }

    [Test]
    public void What_one_transaction_wrote_is_given_as_a_whole()
    {
        InSync(1);
        _feed.Take();
        _feed.Add(Set("workloadendpoints/default/w", Workload, 7));
        Assert.That(_feed.Take(), Is.Null, "its profile is still to come");

        _feed.Add(Set("profiles/net", Profile, 7));
        _feed.EndOfBatch();
        var update = _feed.Take()!;
        Assert.That(update.Messages.OfType<WorkloadEndpointUpdate>().Single().Profiles, Is.EqualTo(["net"]));
        Assert.That(update.Revision, Is.EqualTo(7));
    }

    [Test]
    public void A_change_that_concerns_nobody_here_moves_the_revision()
    {
        InSync(1);
        _feed.Take();
        _feed.Add(Set("bgppeers/p", "{}", 8));
        _feed.EndOfBatch();
        var update = _feed.Take()!;
        Assert.That((update.Messages.Count, update.Revision), Is.EqualTo((0, 8L)));
    }

    [Test]
    public void A_store_that_was_restored_counts_anew()
    {
        InSync(100);
        _feed.Take();
        InSync(4);
        Assert.That(_feed.Take()!.Revision, Is.EqualTo(4));
    }

    [Test]
    public void What_is_wrong_with_an_object_is_named_until_it_is_mended()
    {
        _feed.Add(Set("networkpolicies/shop/default.p", "no JSON", 2));
        InSync(2);
        _feed.Take();
        Assert.That(_feed.Problems, Has.Exactly(1).StartsWith("NetworkPolicy shop/default.p: "));

        _feed.Add(new StoreEvent.Removed(Resources + "networkpolicies/shop/default.p", 3));
        _feed.EndOfBatch();
        _feed.Take();
        Assert.That(_feed.Problems, Is.Empty);
    }

    [Test]
    public void A_workload_whose_profile_is_not_there_yet_is_named_until_it_comes()
    {
        InSync(1);
        _feed.Add(Set("workloadendpoints/default/w", Workload, 2));
        _feed.EndOfBatch();
        Assert.That(_feed.Take()!.Messages.OfType<WorkloadEndpointUpdate>().Single().Profiles, Is.Empty, "closed");
        Assert.That(_feed.Problems, Has.Exactly(1).StartsWith("WorkloadEndpoint default/w: no profile net"));

        _feed.Add(Set("profiles/net", Profile, 3));
        _feed.EndOfBatch();
        Assert.That(_feed.Take()!.Messages.OfType<WorkloadEndpointUpdate>().Single().Profiles, Is.EqualTo(["net"]));
        Assert.That(_feed.Problems, Is.Empty);
    }

    [Test]
    public void A_workload_that_goes_takes_its_problem_along()
    {
        InSync(1);
        _feed.Add(Set("workloadendpoints/default/w", Workload, 2));
        _feed.EndOfBatch();
        _feed.Take();
        _feed.Add(new StoreEvent.Removed(Resources + "workloadendpoints/default/w", 3));
        _feed.EndOfBatch();
        _feed.Take();
        Assert.That(_feed.Problems, Is.Empty);
    }

    private static StoreEvent.Set Set(string key, string json, long revision) =>
        new(new KeyValue(Resources + key, Encoding.UTF8.GetBytes(json), revision, revision, 1));

    private void InSync(long revision)
    {
        _feed.Add(new StoreEvent.InSync(revision));
        _feed.EndOfBatch();
    }
}
