using System.Collections.Immutable;
using Calico.Model.Resources;
using Calico.Policy.Validation;

namespace Calico.Policy.Resources;

/// <summary>A kind of resource as those know it who take objects from users: what a valid one is, and which of its fields nobody knows. Pure.</summary>
/// <param name="HasTierNames">Its names carry the tier in the datastore: see <see cref="PolicyNames"/>.</param>
/// <param name="IsOpen">It has many fields for upstream's agents, which are kept and not described here.</param>
/// <param name="Validate">All that is wrong with an object (UTF-8 JSON), in the order of its fields.</param>
/// <param name="UnknownFields">The paths of fields that this version does not know, such as <c>spec.ingress[0].sources</c>; none for an open kind's spec, or for what cannot be read.</param>
public sealed record ResourceType(
    ResourceKind Kind, bool HasTierNames, bool IsOpen, Func<byte[], ImmutableArray<ValidationError>> Validate, Func<byte[], IReadOnlyList<string>> UnknownFields)
{
    public override string ToString() => Kind.Kind;
}
