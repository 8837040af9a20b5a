using Calico.Controller.Ipam;
using Calico.Controller.Reconciling;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Resources;
using Calico.Store.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Controller.Ipam;

internal sealed class IpamReconcilerTests
{
    private static readonly CollectorOptions Hurried = new()
    {
        Grace = TimeSpan.FromMilliseconds(500), Period = TimeSpan.FromMilliseconds(100), AnswerPause = TimeSpan.FromMilliseconds(50), PerSecond = 0,
    };

    /// <summary>With a short grace period every answer was too old when the next look came, and the node was asked again without end.</summary>
    [TestCase(10, 2.5)]
    [TestCase(900, 15)]
    public void The_next_look_comes_while_the_answer_counts(double grace, double pause) =>
        Assert.That(CollectorOptions.For(TimeSpan.FromSeconds(grace)).AnswerPause, Is.EqualTo(TimeSpan.FromSeconds(pause)));

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_leaked_address_comes_back_unless_its_node_uses_it(bool isInUse)
    {
        await using var fixture = new ControllerFixture();
        fixture.Store.Put(
            EtcdKeys.Resource(ResourceKind.ClusterInformation, "default"),
            """{"kind":"ClusterInformation","apiVersion":"projectcalico.org/v3","metadata":{"name":"default"},"spec":{"clusterGUID":"guid","datastoreReady":true}}""");
        fixture.Store.Put(
            EtcdKeys.Resource(ResourceKind.IpPool, "pool"),
            """{"kind":"IPPool","apiVersion":"projectcalico.org/v3","metadata":{"name":"pool"},"spec":{"cidr":"10.0.0.0/16"}}""");
        fixture.Api.Put(KubernetesKinds.Nodes, """{"apiVersion":"v1","kind":"Node","metadata":{"name":"node-a"}}""");
        fixture.Api.Put(KubernetesKinds.Pods, """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"stays","namespace":"shop"},"spec":{"nodeName":"node-a"}}""");
        using var ipam = new IpamClient(fixture.Store);
        foreach (var pod in new[] { "stays", "leaked" })
        {
            await ipam.AssignAsync(new AssignRequest(new WorkloadIdentity("k8s", "shop", pod, $"c-{pod}", "eth0", "net"), "node-a"), CancellationToken.None);
        }

        using var stop = new CancellationTokenSource();
        var answering = new InquiryAnswerer(fixture.Store, "node-a", _ => isInUse ? "cali0 is there" : null, NullLogger.Instance, TimeProvider.System).RunAsync(stop.Token);
        fixture.Start(new ReconcilerKind("ipam", "", context => new IpamReconciler(context, Hurried)));
        if (isInUse)
        {
            await Eventually.TrueAsync(() => fixture.Context.Metrics.Text().Contains("ipam_allocations_gc_vetoed{node=\"node-a\"} 1", StringComparison.Ordinal));
            Assert.That(fixture.Stored(EtcdKeys.Handle("net.c-leaked")), Is.Not.Null);
        }
        else
        {
            await fixture.GoneAsync(EtcdKeys.Handle("net.c-leaked"));
            await Eventually.TrueAsync(() => fixture.Api.All(KubernetesKinds.Events).Any(e => e.Reason == "LeakedAddressesReclaimed" && e.Note!.Contains("shop/leaked", StringComparison.Ordinal)));
            Assert.That(fixture.Context.Metrics.Text(), Does.Contain("ipam_allocations_gc_reclamations{node=\"node-a\",reason=\"PodGone\"} 1"));
        }

        Assert.That(fixture.Stored(EtcdKeys.Handle("net.c-stays")), Is.Not.Null);
        await stop.CancelAsync();
        Assert.That(async () => await answering, Throws.InstanceOf<OperationCanceledException>());
    }
}
