using System.Diagnostics;
using System.Globalization;
using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Policy.Evaluation;
using Calico.Tests.Rig;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Probing;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Netns.Policy;

/// <summary>ADD returns when the pod's policy is in the kernel: the very first packet is judged by it. PODS sets how many (default 1,000).</summary>
internal sealed class FirstPacketTests
{
    private const int AtOnce = 10;

    // IPv6 first: what the kernel does in the background for a new address has the least time then.
    private static readonly IpFamily[] Families = [IpFamily.IPv6, IpFamily.IPv4];
    private readonly Lock _probing = new();
    private PolicyCluster _cluster = null!;
    private Actor _open = null!;
    private Actor _closed = null!;

    [Test]
    public async Task The_first_packets_of_a_pod_sent_when_ADD_returns_meet_the_fate_that_policy_says()
    {
        await using var cluster = _cluster = await PolicyCluster.StartAsync(1, "NFT");
        (_open, _closed) = (await cluster.AddPodAsync("open", "open"), await cluster.AddPodAsync("closed", "closed"));
        await cluster.ConnectAsync();
        await cluster.CommitAsync(
            Put(Namespace("guests")),
            Put(Namespace("open")),
            Put(Namespace("closed")),
            Put(GlobalPolicy("of-guests", Of("guests"), ingress: [AllowOf("open", isSource: true)], egress: [AllowOf("open", isSource: false)])),
            // A new pod is also a new member of a set that others' rules use.
            Put(GlobalPolicy("of-open", Of("open"), ingress: [AllowOf("guests", isSource: true)])));
        var guests = new List<Pod>();
        for (var i = 0; i < AtOnce; i++)
        {
            guests.Add(await cluster.Cluster.KubernetesPodAsync($"guest-{i}", "guests"));
            cluster.Prober.Open(guests[i].Namespace);
        }

        var pods = int.TryParse(Environment.GetEnvironmentVariable("PODS"), CultureInfo.InvariantCulture, out var set) ? set : 1000;
        var wrong = new List<string>();
        for (var done = 0; done < pods; done += AtOnce)
        {
            // Each time another container: a fresh one in the namespace that the last one has left.
            guests = [.. guests.Select(guest => guest.WithNewContainer())];
            wrong.AddRange((await Task.WhenAll(guests.Select(AddedAsync))).SelectMany(found => found));
            await Task.WhenAll(guests.Select(async guest => (await cluster.Cluster.Caller().DelAsync(guest, cluster.Cluster.Conf())).OrThrow()));
        }

        Assert.That(wrong, Is.Empty, $"of {pods} pods");
    }

    private async Task<IEnumerable<string>> AddedAsync(Pod pod)
    {
        var added = await _cluster.Cluster.Caller().AddAsync(pod, _cluster.Cluster.Conf());
        lock (_probing)
        {
            var guest = new Actor(pod.Name, pod.Namespace, added.Address(IpFamily.IPv4), added.Address(IpFamily.IPv6));
            var probes = (from family in Families
                          from other in new[] { _open, _closed }
                          from pair in new[] { (From: other, To: guest), (From: guest, To: other) }
                          select (Expected: other == _open, Probe: new Probe(
                              pair.From.Place,
                              pair.To.Place,
                              new Packet(pair.From.Address(family), pair.To.Address(family), 6, Random.Shared.Next(1024, 65_536), pair.To == guest ? 81 : 80)))).ToList();
            var arrived = _cluster.Prober.Send([.. probes.Select(one => one.Probe)]);
            return [.. probes.Where((one, index) => one.Expected != arrived[index])
                .Select(one => $"{pod} (ADD took {added.Elapsed.TotalMilliseconds:F0} ms): {one.Probe.Packet} {(one.Expected ? $"was lost, {Later(one.Probe)}" : "arrived")}")];
        }
    }

    private string Later(Probe probe)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(2))
        {
            if (_cluster.Prober.Arrives(probe))
            {
                return string.Create(CultureInfo.InvariantCulture, $"and another one arrived {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms later");
            }
        }

        return "and so were others for 2 s";
    }

    private static string Of(string space) => $"projectcalico.org/namespace == '{space}'";

    private static PolicyRule AllowOf(string space, bool isSource)
    {
        var entity = new EntityRule { Selector = Of(space) };
        return isSource ? Allow with { Source = entity } : Allow with { Destination = entity };
    }
}
