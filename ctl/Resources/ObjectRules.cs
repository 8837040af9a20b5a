using System.Text.Json;
using System.Text.Json.Nodes;
using Calico.Model;
using Calico.Model.Json;
using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Resources;
using Calico.Policy.Validation;
using Calico.Store;

namespace Calico.Ctl.Resources;

/// <summary>What must hold before an object is written or deleted: its own form, and how it stands to others.</summary>
internal sealed class ObjectRules(IKeyValueStore store)
{
    /// <summary>All that is wrong with an object by itself, one line each. Pure.</summary>
    public static IReadOnlyList<string> Faults(ObjectRef reference, JsonObject json) => Lines(reference, reference.Kind.Type.Validate(JsonText.Bytes(json)));

    /// <summary>Fields that are kept although nobody here knows them, one line each. Pure.</summary>
    public static IEnumerable<string> Warnings(ObjectRef reference, JsonObject json) =>
        reference.Kind.Type.UnknownFields(JsonText.Bytes(json)).Select(field => $"{reference}: {field} is no field that this version knows; it is kept and has no effect");

    /// <exception cref="ObjectException">Users do not write it.</exception>
    public static void RequireWritable(ObjectRef reference)
    {
        if (reference.Kind.ReadOnlyReason is { } reason)
        {
            throw new ObjectException(ObjectFailure.Refused, $"{reference} is not written by users: {reason}");
        }

        if (reference.Kind.Type.HasTierNames && PolicyNames.IsGenerated(reference.Name))
        {
            throw new ObjectException(ObjectFailure.Refused, $"{reference} is made from a policy of Kubernetes: change that one with kubectl; names that begin with {reference.Name.Split('.')[0]}. are kept for them");
        }
    }

    /// <param name="current">What it takes the place of; null when it is new.</param>
    /// <exception cref="ObjectException">All that is wrong.</exception>
    public async Task CheckAsync(ObjectRef reference, JsonObject wish, StoredObject? current, CancellationToken cancellationToken)
    {
        var faults = Faults(reference, wish);
        if (faults.Count == 0 && reference.Kind.Type.Kind == ResourceKind.IpPool)
        {
            faults = await PoolFaultsAsync(reference, wish, current, cancellationToken);
        }

        if (faults.Count > 0)
        {
            throw new ObjectException(ObjectFailure.Invalid, string.Join(Environment.NewLine, faults));
        }
    }

    /// <exception cref="ObjectException">Something depends on it.</exception>
    public async Task CheckDeletionAsync(StoredObject stored, CancellationToken cancellationToken)
    {
        if (stored.Ref.Kind.Type.Kind != ResourceKind.Tier)
        {
            return;
        }

        if (CompiledTier.WellKnown.Any(tier => tier.Name == stored.Ref.Name))
        {
            throw new ObjectException(ObjectFailure.Refused, $"{stored.Ref} is one that every cluster has");
        }

        foreach (var kind in Kinds.All.Where(kind => kind.Type.HasTierNames))
        {
            var policies = await new ObjectReader(store).ListAsync(kind, null, cancellationToken);
            if (policies.Objects.FirstOrDefault(policy => ObjectKeys.TierOf(kind, policy.Json) == stored.Ref.Name) is { } inside)
            {
                throw new ObjectException(ObjectFailure.Refused, $"{stored.Ref} has policies in it, such as {inside.Ref}: delete or move them first");
            }
        }
    }

    private async Task<IReadOnlyList<string>> PoolFaultsAsync(ObjectRef reference, JsonObject wish, StoredObject? current, CancellationToken cancellationToken)
    {
        var others = new List<(string, IpPoolSpec)>();
        foreach (var keyValue in (await store.RangeAsync(RangeRequest.Prefix(EtcdKeys.Prefix(ResourceKind.IpPool)), cancellationToken)).KeyValues)
        {
            if (keyValue.Key != current?.Stored.Key && Pool(keyValue.Value.Span) is { } other)
            {
                others.Add((other.Metadata.Name, other.Spec));
            }
        }

        var pool = Pool(JsonText.Bytes(wish))!;
        return Lines(reference, PoolValidator.ValidateAgainst(pool, current is null ? null : Pool(current.Stored.Value.Span)?.Spec, others));
    }

    private static Resource<IpPoolSpec>? Pool(ReadOnlySpan<byte> json)
    {
        try
        {
            return ModelJson.Read<Resource<IpPoolSpec>>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IReadOnlyList<string> Lines(ObjectRef reference, IEnumerable<ValidationError> errors) =>
        [.. errors.Select(error => error.Field.Length > 0 ? $"{reference}: {error.Field}: {error.Problem}" : $"{reference}: {error.Problem}")];
}
