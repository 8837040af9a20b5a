using Calico.Ipam.Core;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Ipam;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Tests.Fakes;
using System.Text;

namespace Calico.Tests.Unit.Ipam;

/// <summary>A store that is ready for pods, and what tests ask of it.</summary>
internal sealed class Cluster : TimeProvider
{
    public const string Network = "net";

    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public InMemoryStore Store { get; } = new();

    public override DateTimeOffset GetUtcNow() => _now;

    public void Pass(TimeSpan time) => _now += time;

    public static Cluster Ready(params ReadOnlySpan<string> poolCidrs)
    {
        var cluster = new Cluster();
        cluster.SetReady(true);
        for (var i = 0; i < poolCidrs.Length; i++)
        {
            cluster.Pool($"pool-{i}", poolCidrs[i]);
        }

        return cluster;
    }

    public void SetReady(bool ready) => Put(
        EtcdKeys.Resource(ResourceKind.ClusterInformation, "default"),
        new Resource<ClusterInformationSpec>
        {
            Kind = "ClusterInformation",
            Metadata = new ObjectMeta { Name = "default" },
            Spec = new ClusterInformationSpec { DatastoreReady = ready },
        });

    public void Pool(string name, string cidr, Func<IpPoolSpec, IpPoolSpec>? change = null) => Put(
        EtcdKeys.Resource(ResourceKind.IpPool, name),
        new Resource<IpPoolSpec>
        {
            Kind = "IPPool",
            Metadata = new ObjectMeta { Name = name },
            Spec = (change ?? (spec => spec))(new IpPoolSpec { Cidr = cidr }),
        });

    public void Reserve(params string[] cidrs) => Put(
        EtcdKeys.Resource(ResourceKind.IpReservation, "reserved"),
        new Resource<IpReservationSpec>
        {
            Kind = "IPReservation",
            Metadata = new ObjectMeta { Name = "reserved" },
            Spec = new IpReservationSpec { ReservedCidrs = cidrs },
        });

    public void Configure(IpamConfig config) => Put(EtcdKeys.IpamConfig, config);

    public void Put<T>(string key, T value)
        where T : class => Store.Put(key, Encoding.UTF8.GetString(ModelJson.Write(value)));

    public T? Get<T>(string key)
        where T : class =>
        Store.Contents().TryGetValue(key, out var text) ? ModelJson.Read<T>(Encoding.UTF8.GetBytes(text)) : null;

    public IEnumerable<string> Keys(string prefix) => Store.Contents().Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal));

    public IpamClient Client(int maxTries = 100) => new(Store, new IpamOptions { MaxPause = TimeSpan.Zero, MaxTries = maxTries }, this);

    public static WorkloadIdentity Container(string id, string name = "eth0") =>
        new(WorkloadIdentity.PlainCni, WorkloadIdentity.DefaultNamespace, id, id, name, Network);

    public static WorkloadIdentity Pod(string pod, string container, string name = "eth0") =>
        new(WorkloadIdentity.Kubernetes, "shop", pod, container, name, Network);

    public static AssignRequest Add(string container, string node = "node-a") => new(Container(container), node);

    public static ReleaseRequest Del(string container, string node = "node-a") => new(Container(container), node);

    public static IpamOptions Patient { get; } = new() { MaxPause = TimeSpan.Zero };

    public static IEnumerable<IpAddress> Addresses(params string[] texts) => texts.Select(IpAddress.Parse);
}
