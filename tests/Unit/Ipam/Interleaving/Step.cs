using Calico.Ipam.Core;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>One thing that an allocator does.</summary>
internal delegate Task Step(ActorRun run, IpamClient ipam, string node);
