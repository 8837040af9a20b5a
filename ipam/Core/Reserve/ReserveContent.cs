using System.Collections.Immutable;
using Calico.Model.Net;

namespace Calico.Ipam.Core.Reserve;

/// <summary>What a node's reserve holds in the store.</summary>
/// <param name="Addresses">Those in use by pods included.</param>
/// <param name="Rules">By which they may be given out while the store is away.</param>
public sealed record ReserveContent(ImmutableArray<IpAddress> Addresses, OfflineRules Rules);
