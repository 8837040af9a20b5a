using System.Globalization;
using System.Text.Json.Nodes;
using Calico.Model.Net;
using Calico.Tests.Rig.Store;

namespace Calico.Tests.Rig.Audit;

/// <summary>
/// Judges a whole store: blocks against handles, affinities and endpoints. It reads upstream's JSON by itself, with none of the code
/// that wrote it.
/// </summary>
public sealed class StoreAudit
{
    private const string Blocks = "/calico/ipam/v2/assignment/";
    private const string Handles = "/calico/ipam/v2/handle/";
    private const string Affinities = "/calico/ipam/v2/host/";
    private const string EndpointsPrefix = "/calico/resources/v3/projectcalico.org/workloadendpoints/";

    private const string ReservePrefix = "calico-reserve.";

    private readonly List<string> _problems = [];
    private readonly Dictionary<IpAddress, string> _allocations = [];
    private readonly Dictionary<(string Handle, string Block), int> _counted = [];
    private readonly List<StoredEndpoint> _endpoints = [];
    private readonly Dictionary<Cidr, string?> _blocks = [];

    private StoreAudit(IReadOnlyDictionary<string, StoredValue> store)
    {
        foreach (var (key, value) in store.Where(pair => pair.Key.StartsWith(Blocks, StringComparison.Ordinal)))
        {
            ReadBlock(key, JsonNode.Parse(value.Text)!.AsObject());
        }

        CheckHandles(store);
        CheckAffinities(store);
        foreach (var (key, value) in store.Where(pair => pair.Key.StartsWith(EndpointsPrefix, StringComparison.Ordinal)))
        {
            _endpoints.Add(ReadEndpoint(key, JsonNode.Parse(value.Text)!["spec"]!));
        }

        CheckEndpoints();
    }

    /// <summary>What is wrong; empty when every invariant holds.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Each address in use and the handle that holds it.</summary>
    public IReadOnlyDictionary<IpAddress, string> Allocations => _allocations;

    public IReadOnlyList<StoredEndpoint> Endpoints => _endpoints;

    /// <summary>Each block and its affinity (<c>host:NODE</c>, or null).</summary>
    public IReadOnlyDictionary<Cidr, string?> BlockAffinities => _blocks;

    public static async Task<StoreAudit> ReadAsync(EtcdServer etcd)
    {
        ArgumentNullException.ThrowIfNull(etcd);
        return new StoreAudit(await etcd.ReadAsync());
    }

    /// <summary>Judges a store that was read by other means: every key below <c>/calico/</c>.</summary>
    public static StoreAudit Of(IReadOnlyDictionary<string, StoredValue> store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return new StoreAudit(store);
    }

    public IEnumerable<Cidr> BlocksOf(string node) => _blocks.Where(block => block.Value == $"host:{node}").Select(block => block.Key);

    private void ReadBlock(string key, JsonObject block)
    {
        var cidr = Cidr.Parse((string)block["cidr"]!);
        _blocks[cidr] = (string?)block["affinity"];
        Require(key.EndsWith($"/block/{cidr.ToString().Replace('/', '-')}", StringComparison.Ordinal), $"{key} holds block {cidr}");
        var allocations = block["allocations"]!.AsArray().Select(index => (int?)index).ToArray();
        var free = block["unallocated"]!.AsArray().Select(ordinal => (int)ordinal!).ToArray();
        var attributes = block["attributes"]!.AsArray();
        Require((UInt128)allocations.Length == cidr.Size, $"{cidr} has {allocations.Length} entries for {cidr.Size} addresses");
        var empty = Enumerable.Range(0, allocations.Length).Where(ordinal => allocations[ordinal] is null);
        Require(empty.SequenceEqual(free.Order()), $"{cidr}: the free list does not name each free ordinal once: {string.Join(',', free)}");
        for (var ordinal = 0; ordinal < allocations.Length; ordinal++)
        {
            if (allocations[ordinal] is { } index)
            {
                ReadAllocation(cidr, ordinal, index < attributes.Count ? attributes[index]!.AsObject() : null);
            }
        }

        var unused = Enumerable.Range(0, attributes.Count).Except(allocations.OfType<int>()).ToArray();
        Require(unused.Length == 0, $"{cidr}: no address uses the attributes {string.Join(',', unused)}");
        foreach (var (ordinal, _) in block["sequenceNumberForAllocation"]?.AsObject() ?? [])
        {
            Require(
                allocations[int.Parse(ordinal, CultureInfo.InvariantCulture)] is not null, $"{cidr}: ordinal {ordinal} has a sequence number and is free");
        }
    }

    private void ReadAllocation(Cidr block, int ordinal, JsonObject? attribute)
    {
        var address = block[(UInt128)ordinal];
        if (attribute is null)
        {
            _problems.Add($"{address} points to an attribute that is not in {block}");
            return;
        }

        if (attribute["releasedAt"] is null && (string?)attribute["handle_id"] is { } handle)
        {
            // What a node holds for outages is in no pod's hands.
            Require(handle.StartsWith(ReservePrefix, StringComparison.Ordinal) || _allocations.TryAdd(address, handle), $"{address} is in two blocks");
            var count = (handle, block.ToString());
            _counted[count] = _counted.GetValueOrDefault(count) + 1;
        }
    }

    private void CheckHandles(IReadOnlyDictionary<string, StoredValue> store)
    {
        var written = new Dictionary<(string Handle, string Block), int>();
        foreach (var (key, value) in store.Where(pair => pair.Key.StartsWith(Handles, StringComparison.Ordinal)))
        {
            var blocks = JsonNode.Parse(value.Text)!["block"]!.AsObject();
            Require(blocks.Count > 0, $"{key} holds nothing");
            foreach (var (block, count) in blocks)
            {
                written[(key[Handles.Length..].Replace("%2f", "/", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal), block)] = (int)count!;
            }
        }

        foreach (var pair in written.Keys.Union(_counted.Keys))
        {
            var (says, counted) = (written.GetValueOrDefault(pair), _counted.GetValueOrDefault(pair));
            Require(says == counted, $"handle {pair.Handle} says {says} addresses in {pair.Block}, the block has {counted}");
        }
    }

    private void CheckAffinities(IReadOnlyDictionary<string, StoredValue> store)
    {
        var claimed = new Dictionary<Cidr, string>();
        foreach (var (key, value) in store.Where(pair => pair.Key.StartsWith(Affinities, StringComparison.Ordinal)))
        {
            var parts = key[Affinities.Length..].Split('/');
            var dash = parts[3].LastIndexOf('-');
            var cidr = Cidr.Parse($"{parts[3][..dash]}/{parts[3][(dash + 1)..]}");
            Require((string?)JsonNode.Parse(value.Text)!["state"] == "confirmed", $"{key} is not confirmed");
            Require(claimed.TryAdd(cidr, $"host:{parts[0]}"), $"{cidr} is claimed by {parts[0]} and by {claimed[cidr]}");
        }

        foreach (var cidr in claimed.Keys.Union(_blocks.Keys))
        {
            var (affinity, owner) = (claimed.GetValueOrDefault(cidr), _blocks.GetValueOrDefault(cidr));
            Require(affinity == owner, $"block {cidr} says its owner is '{owner}', the affinity says '{affinity}'");
        }
    }

    private static StoredEndpoint ReadEndpoint(string key, JsonNode spec) => new(
        key,
        (string)spec["node"]!,
        (string)spec["containerID"]!,
        (string)spec["interfaceName"]!,
        (string)spec["mac"]!,
        [.. spec["ipNetworks"]!.AsArray().Select(network => Cidr.Parse((string)network!).Address)]);

    private void CheckEndpoints()
    {
        foreach (var endpoint in _endpoints)
        {
            foreach (var address in endpoint.Addresses)
            {
                Require(
                    _allocations.TryGetValue(address, out var handle) && handle.EndsWith($".{endpoint.ContainerId}", StringComparison.Ordinal),
                    $"{endpoint.Key} has {address}, which {(handle is null ? "no one" : $"handle {handle}")} holds");
            }
        }

        foreach (var same in _endpoints.SelectMany(endpoint => endpoint.Addresses).GroupBy(address => address).Where(group => group.Count() > 1))
        {
            _problems.Add($"{same.Count()} endpoints have {same.Key}");
        }

        var had = _endpoints.SelectMany(endpoint => endpoint.Addresses).ToHashSet();
        foreach (var (address, handle) in _allocations.Where(pair => !had.Contains(pair.Key)))
        {
            _problems.Add($"handle {handle} holds {address}, and no endpoint has it");
        }
    }

    private void Require(bool holds, string problem)
    {
        if (!holds)
        {
            _problems.Add(problem);
        }
    }
}
