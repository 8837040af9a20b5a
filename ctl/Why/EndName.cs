using Calico.Ctl.Resources;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Ctl.Why;

/// <summary>How a user calls an end. Pure.</summary>
/// <param name="Kind">A pod if it is null; else Node, HostEndpoint or WorkloadEndpoint.</param>
/// <param name="Namespace">Empty for what has none.</param>
/// <param name="Address">Null for a name.</param>
internal sealed record EndName(ResourceKind? Kind, string Namespace, string Name, IpAddress? Address)
{
    private static readonly string[] PodKind = ["pod", "pods", "po"];
    private static readonly ResourceKind[] OtherKinds = [ResourceKind.WorkloadEndpoint, ResourceKind.HostEndpoint, ResourceKind.Node];

    /// <exception cref="CtlException">The text names no end.</exception>
    public static EndName Parse(string text, string defaultNamespace)
    {
        if (IpAddress.TryParse(text, out var address))
        {
            return new EndName(null, "", text, address);
        }

        var parts = text.Split('/');
        if (Array.Exists(parts, part => part.Length == 0) || parts.Length > 3)
        {
            throw CtlException.Usage($"'{text}' is none of NAMESPACE/POD, POD, KIND/NAME, KIND/NAMESPACE/NAME or an address");
        }

        var other = Array.Find(OtherKinds, kind => Kinds.All.First(known => known.Type.Kind == kind).IsCalled(parts[0]));
        if (parts.Length > 1 && (other is not null || PodKind.Contains(parts[0], StringComparer.OrdinalIgnoreCase)))
        {
            var space = parts.Length == 3 ? parts[1] : defaultNamespace;
            return new EndName(other, other is { Namespaced: false } ? "" : space, parts[^1], null);
        }

        return parts.Length switch
        {
            1 => new EndName(null, defaultNamespace, parts[0], null),
            2 => new EndName(null, parts[0], parts[1], null),
            _ => throw CtlException.Usage($"'{parts[0]}' is none of pod, workloadendpoint, hostendpoint, node"),
        };
    }
}
