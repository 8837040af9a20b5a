using System.Collections.Immutable;
using Calico.Model.Resources;
using Calico.Policy.Validation;

namespace Calico.Policy.Kubernetes;

/// <summary>A policy made of a Kubernetes object, and what of that object could not be converted and is closed instead of open.</summary>
/// <param name="Policy">Null for a policy of the whole cluster that does not tell which pods it is for.</param>
public sealed record Converted<TSpec>(Resource<TSpec>? Policy, ImmutableArray<ValidationError> Errors)
    where TSpec : class, new();
