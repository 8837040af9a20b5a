using System.Collections.Immutable;
using Calico.Model.Resources;
using Calico.Policy.Validation;

namespace Calico.Controller.Mirroring;

/// <summary>What an object of Kubernetes becomes.</summary>
/// <param name="Key">Of etcd.</param>
/// <param name="Resource">Null when it cannot be made: what is stored stays.</param>
/// <param name="Errors">What could not be taken over, for the object's users.</param>
internal sealed record Mirrored<TSpec>(string Key, Resource<TSpec>? Resource, ImmutableArray<ValidationError> Errors)
    where TSpec : class, new();
