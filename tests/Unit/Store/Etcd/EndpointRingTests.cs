using Calico.Store.Etcd;

namespace Calico.Tests.Unit.Store.Etcd;

internal sealed class EndpointRingTests
{
    private static readonly Uri[] Endpoints = [FakeServers.Endpoint("a"), FakeServers.Endpoint("b"), FakeServers.Endpoint("c")];

    [Test]
    public void An_endpoint_that_failed_comes_last()
    {
        var ring = new EndpointRing(Endpoints);
        ring.Leave(Endpoints[0]);
        Assert.That(ring.Preferred, Is.SameAs(Endpoints[1]));
        Assert.That(ring.InOrder(), Is.EqualTo([Endpoints[1], Endpoints[2], Endpoints[0]]));
    }

    [Test]
    public void Leaving_an_endpoint_twice_does_not_leave_the_next_one()
    {
        var ring = new EndpointRing(Endpoints);
        ring.Leave(Endpoints[0]);
        ring.Leave(Endpoints[0]);
        Assert.That(ring.Preferred, Is.SameAs(Endpoints[1]));
    }

    [Test]
    public void After_the_last_endpoint_comes_the_first()
    {
        var ring = new EndpointRing(Endpoints);
        Array.ForEach(Endpoints, ring.Leave);
        Assert.That(ring.Preferred, Is.SameAs(Endpoints[0]));
    }
}
