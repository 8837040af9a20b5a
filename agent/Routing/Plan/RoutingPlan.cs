using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Agent.Routing.Plan;

/// <summary>What this node's BIRD shall do: the model with every reference resolved and every rule applied.</summary>
internal sealed record RoutingPlan
{
    public required string NodeName { get; init; }

    public required IpAddress RouterId { get; init; }

    public required AsNumber LocalAs { get; init; }

    public required int ListenPort { get; init; }

    public required bool StrictBind { get; init; }

    public required string LogSeverity { get; init; }

    public string? LogFile { get; init; }

    public required IReadOnlyList<string> InterfacePrefixes { get; init; }

    public required IReadOnlyList<Cidr> Blocks { get; init; }

    /// <summary>Pools whose routes are announced.</summary>
    public required IReadOnlyList<Cidr> ExportedPools { get; init; }

    /// <summary>Pools whose routes stay inside the node (disableBGPExport).</summary>
    public required IReadOnlyList<Cidr> HiddenPools { get; init; }

    /// <summary>Ordered by name.</summary>
    public required IReadOnlyList<BgpSession> Sessions { get; init; }
}
