namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>Somebody who acts: real code of ours whose every call of the store, of Kubernetes and of the clock goes through <see cref="ActorRun"/>.</summary>
internal sealed record Actor(string Name, Func<ActorRun, Task> Script);
