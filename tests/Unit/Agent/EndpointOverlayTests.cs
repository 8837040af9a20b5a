using Calico.Agent.Api.Outage;
using Calico.Agent.Store;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;
using Calico.Store.Sync;

namespace Calico.Tests.Unit.Agent;

/// <summary>What the follower tells of a pod that the store does not know yet, or still knows.</summary>
internal sealed class EndpointOverlayTests
{
    private static readonly string Key = EtcdKeys.Endpoint(Identity("c1"), "n");
    private readonly Dictionary<string, string> _told = [];
    private EndpointOverlay _overlay = null!;

    [SetUp]
    public void Start()
    {
        _overlay = new EndpointOverlay();
        _told.Clear();
    }

    [Test]
    public void What_nothing_is_known_of_passes()
    {
        Tell(Stored("c1", 5));
        Assert.That(Container, Is.EqualTo("c1"));
        Assert.That(_overlay.MarkOf(Key, "c1"), Is.Zero);
    }

    [Test]
    public void A_pod_that_the_store_does_not_know_is_there_and_stays_through_a_list()
    {
        _overlay.Show(Added(1, "c1"));
        Assert.That(_overlay.Find(Key)!.Spec.ContainerId, Is.EqualTo("c1"));
        Believe();
        Tell(new StoreEvent.Removed(Key, 7), new StoreEvent.InSync(7));
        Assert.That(Container, Is.EqualTo("c1"));
        Assert.That(_overlay.MarkOf(Key, "c1"), Is.EqualTo(1));
    }

    [Test]
    public void The_stores_word_counts_again_when_it_says_what_it_was_told()
    {
        _overlay.Show(Added(1, "c1"));
        Tell(Stored("late", 8));
        _overlay.Confirm(Added(1, "c1"), 10);
        Believe();
        Assert.That(Container, Is.EqualTo("c1"), "revision 8 is from before");
        Tell(Stored("c1", 10), Stored("c2", 12));
        Assert.That(Container, Is.EqualTo("c2"));
    }

    [Test]
    public void A_follower_that_was_faster_than_the_confirmation_is_no_problem()
    {
        _overlay.Show(Added(1, "c1"));
        Tell(Stored("c1", 10));
        _overlay.Confirm(Added(1, "c1"), 10);
        Believe();
        Tell(new StoreEvent.Removed(Key, 11));
        Assert.That(Container, Is.Null);
    }

    [Test]
    public void A_pod_that_is_gone_does_not_come_back_with_a_list()
    {
        Tell(Stored("c1", 5));
        _overlay.Hide(Deleted(1, "c1"));
        Believe();
        Assert.That(Container, Is.Null);
        Tell(Stored("c1", 5), new StoreEvent.InSync(9));
        Assert.That(Container, Is.Null);
        _overlay.Confirm(Deleted(1, "c1"), 10);
        Tell(new StoreEvent.Removed(Key, 10), Stored("c1", 11));
        Assert.That(Container, Is.EqualTo("c1"), "a new ADD of the same container");
    }

    [Test]
    public void A_late_del_of_the_container_before_leaves_the_new_one_alone()
    {
        Tell(Stored("c1", 5));
        _overlay.Show(Added(1, "c2"));
        _overlay.Hide(Deleted(2, "c1"));
        Believe();
        Assert.That(Container, Is.EqualTo("c2"));
        _overlay.Hide(Deleted(3, "c2"));
        Believe();
        Assert.That(Container, Is.Null, "neither of them");
    }

    [Test]
    public void An_entry_that_a_later_one_overtook_need_not_be_confirmed()
    {
        _overlay.Show(Added(1, "c1"));
        _overlay.Hide(Deleted(2, "c1"));
        _overlay.Confirm(Deleted(2, "c1"), 10);
        Believe();
        Tell(Stored("c9", 3));
        Assert.That(Container, Is.EqualTo("c9"), "nothing is laid over any more");
    }

    [Test]
    public void A_change_that_the_follower_missed_ends_with_the_next_list()
    {
        _overlay.Show(Added(1, "c1"));
        _overlay.Confirm(Added(1, "c1"), 10);
        Believe();
        Assert.That(Container, Is.EqualTo("c1"));
        Tell(new StoreEvent.InSync(20));
        Believe();
        Assert.That(Container, Is.Null, "written and deleted while nobody looked");
    }

    [Test]
    public void Marks_count_what_was_told()
    {
        _overlay.Show(Added(1, "c1"));
        Assert.That(_overlay.LastMark, Is.EqualTo(1));
        _overlay.Hide(Deleted(2, "c1"));
        Assert.That((_overlay.LastMark, _overlay.MarkOf(Key, "c2")), Is.EqualTo((2L, 0L)));
    }

    private string? Container => _told.GetValueOrDefault(Key);

    private void Tell(params StoreEvent[] events)
    {
        foreach (var each in events)
        {
            Note(_overlay.Pass(each));
        }
    }

    private void Believe()
    {
        while (_overlay.Changes.TryRead(out var key))
        {
            Note(_overlay.Now(key));
        }
    }

    private void Note(StoreEvent? change)
    {
        if (change is StoreEvent.Set { KeyValue: var keyValue })
        {
            _told[keyValue.Key] = ModelJson.Read<Resource<WorkloadEndpointSpec>>(keyValue.Value.Span).Spec.ContainerId!;
        }
        else if (change is StoreEvent.Removed removed)
        {
            _told.Remove(removed.Key);
        }
    }

    private static StoreEvent.Set Stored(string container, long revision) => new(new KeyValue(Key, ModelJson.Write(Endpoint(container)), 1, revision, 1));

    private static JournalEntry Added(long id, string container) =>
        new(id, Identity(container), "n", [IpAddress.Parse("10.0.0.1")], [], Endpoint(container), default);

    private static JournalEntry Deleted(long id, string container) => new(id, Identity(container), "n", [], [], null, default);

    private static Resource<WorkloadEndpointSpec> Endpoint(string container) => new()
    {
        Kind = "WorkloadEndpoint", Metadata = new ObjectMeta { Name = "x" }, Spec = new WorkloadEndpointSpec { Node = "n", ContainerId = container, InterfaceName = "cali1" },
    };

    private static WorkloadIdentity Identity(string container) => new(WorkloadIdentity.Kubernetes, "shop", "web-0", container, "eth0", "net");
}
