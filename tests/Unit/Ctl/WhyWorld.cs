using System.Text;
using Calico.Model;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;
using Calico.Tests.Fakes;

namespace Calico.Tests.Unit.Ctl;

/// <summary>A datastore with two nodes, three pods and a pool, to ask <c>why</c> about.</summary>
internal sealed class WhyWorld
{
    public const string Web = "10.65.0.1";
    public const string Db = "10.65.0.65";
    public const string NodeA = "172.18.0.11";
    public const string NodeB = "172.18.0.12";

    public WhyWorld()
    {
        Put(EtcdKeys.Resource(ResourceKind.IpPool, "main"), "IPPool", "main", /*lang=json*/ """{"cidr":"10.65.0.0/16","blockSize":26,"natOutgoing":true}""");
        Put(EtcdKeys.Resource(ResourceKind.IpPool, "main6"), "IPPool", "main6", /*lang=json*/ """{"cidr":"fd80:65::/64"}""");
        Node("node-a", NodeA, "fd18::11");
        Node("node-b", NodeB, "fd18::12");
        Profile("kns.shop");
        Profile("kns.lab");
        Pod("shop", "web", "node-a", Web, "fd80:65::1");
        Pod("shop", "db", "node-b", Db, "fd80:65::41");
        Pod("lab", "probe", "node-a", "10.65.0.2", null);
        Block("10.65.0.0/26", "node-a", 1, 2);
        Block("10.65.0.64/26", "node-b", 1);
        Block("fd80:65::/122", "node-a", 1);
        Block("fd80:65::40/122", "node-b", 1);
    }

    public InMemoryStore Store { get; } = new();

    public void Pod(string space, string name, string node, string address4, string? address6, string spec = "")
    {
        var networks = address6 is null ? $"\"{address4}/32\"" : $"\"{address4}/32\",\"{address6}/128\"";
        Raw(EtcdKeys.Resource(ResourceKind.WorkloadEndpoint, space, $"{node.Replace("-", "--", StringComparison.Ordinal)}-k8s-{name}-eth0"), $$$"""
            {"kind":"WorkloadEndpoint","apiVersion":"projectcalico.org/v3","metadata":{"name":"x","labels":{"app":"{{{name}}}","projectcalico.org/namespace":"{{{space}}}"}},
            "spec":{"orchestrator":"k8s","node":"{{{node}}}","pod":"{{{name}}}","endpoint":"eth0","ipNetworks":[{{{networks}}}],"profiles":["kns.{{{space}}}"],"interfaceName":"cali{{{space}}}{{{name}}}"{{{spec}}}}}
            """);
    }

    public void Policy(string space, string name, string spec) => Put(EtcdKeys.Resource(ResourceKind.NetworkPolicy, space, name), "NetworkPolicy", name, spec);

    public void Global(string name, string spec) => Put(EtcdKeys.Resource(ResourceKind.GlobalNetworkPolicy, name), "GlobalNetworkPolicy", name, spec);

    public void Tier(string name, string spec) => Put(EtcdKeys.Resource(ResourceKind.Tier, name), "Tier", name, spec);

    public void HostEndpoint(string name, string spec) => Put(EtcdKeys.Resource(ResourceKind.HostEndpoint, name), "HostEndpoint", name, spec);

    public void NetworkSet(string name, string spec) => Put(EtcdKeys.Resource(ResourceKind.GlobalNetworkSet, name), "GlobalNetworkSet", name, spec);

    public void Delete(string key) => Commit(new StoreOp.Delete(key));

    public void Raw(string key, string value) => Commit(new StoreOp.Put(key, Encoding.UTF8.GetBytes(value)));

    private void Node(string name, string address4, string address6) => Put(
        EtcdKeys.Resource(ResourceKind.Node, name), "Node", name, $$$"""{"bgp":{"ipv4Address":"{{{address4}}}/24","ipv6Address":"{{{address6}}}/64"}}""");

    private void Profile(string name) => Put(
        EtcdKeys.Resource(ResourceKind.Profile, name), "Profile", name, """{"ingress":[{"action":"Allow"}],"egress":[{"action":"Allow"}],"labelsToApply":{"pcns.projectcalico.org/name":"NAME"}}""".Replace("NAME", name[4..], StringComparison.Ordinal));

    private void Block(string text, string node, params int[] used)
    {
        var cidr = Cidr.Parse(text);
        var allocations = string.Join(',', Enumerable.Range(0, 64).Select(ordinal => Array.IndexOf(used, ordinal) is >= 0 and var index ? $"{index}" : "null"));
        var free = string.Join(',', Enumerable.Range(0, 64).Except(used));
        var holders = string.Join(',', used.Select(ordinal => $$$"""{"handle_id":"net.c{{{ordinal}}}","secondary":{"node":"{{{node}}}"}}"""));
        Raw(EtcdKeys.Block(cidr), $$$"""{"cidr":"{{{cidr}}}","affinity":"host:{{{node}}}","allocations":[{{{allocations}}}],"unallocated":[{{{free}}}],"attributes":[{{{holders}}}],"deleted":false}""");
        Raw(EtcdKeys.Affinity(node, cidr), """{"state":"confirmed","deleted":false}""");
    }

    private void Put(string key, string kind, string name, string spec) =>
        Raw(key, $$$"""{"kind":"{{{kind}}}","apiVersion":"projectcalico.org/v3","metadata":{"name":"{{{name}}}","labels":{"name":"{{{name}}}"}},"spec":{{{spec}}}}""");

    private void Commit(StoreOp change) => Store.TxnAsync(new TxnRequest([], [change], []), CancellationToken.None).GetAwaiter().GetResult();
}
