using Calico.Model.Resources;

namespace Calico.Agent.Calc.Input;

/// <summary>What the datastore says now about one object. Updates may repeat, and deletions may name what never was.</summary>
public abstract record StoreUpdate(ResourceId Id);

/// <summary>The object is there, with this value.</summary>
public sealed record ResourceUpdated<TSpec>(ResourceId Id, Resource<TSpec> Value) : StoreUpdate(Id)
    where TSpec : class, new();

/// <summary>The object is there and its value cannot be read: it fails closed.</summary>
public sealed record ResourceUnreadable(ResourceId Id, string Problem) : StoreUpdate(Id);

public sealed record ResourceDeleted(ResourceId Id) : StoreUpdate(Id);
