using Calico.Model.Net;
using Calico.Model.Policy;
using Calico.Model.Resources;

namespace Calico.Policy.Validation;

internal static class HostEndpointValidator
{
    /// <summary>IFNAMSIZ without its terminating zero.</summary>
    private const int MaxInterfaceName = 15;

    public static void Check(ErrorList errors, HostEndpointSpec spec)
    {
        if (string.IsNullOrEmpty(spec.Node))
        {
            errors.Add("spec.node", "is missing; expected the name of a node");
        }

        if (string.IsNullOrEmpty(spec.InterfaceName) && spec.ExpectedIPs is not { Count: > 0 })
        {
            errors.Add("spec.interfaceName", "is missing, and expectedIPs are too; one of them must say which interface is meant");
        }

        if (spec.InterfaceName is { Length: > 0 } name and not "*" && (name.Length > MaxInterfaceName || !NameRules.IsPortName(name)))
        {
            errors.Add(
                "spec.interfaceName",
                $"{ErrorList.Quote(name)} is neither * nor the name of an interface (at most {MaxInterfaceName} characters)");
        }

        for (var i = 0; i < spec.ExpectedIPs?.Count; i++)
        {
            if (!IpAddress.TryParse(spec.ExpectedIPs[i], out _))
            {
                errors.Add($"spec.expectedIPs[{i}]", $"{ErrorList.Quote(spec.ExpectedIPs[i])} is not an IP address");
            }
        }

        CheckProfiles(errors, spec.Profiles);
        CheckPorts(errors, spec.Ports);
    }

    private static void CheckProfiles(ErrorList errors, IReadOnlyList<string>? profiles)
    {
        for (var i = 0; i < profiles?.Count; i++)
        {
            if (!NameRules.IsDnsSubdomain(profiles[i]))
            {
                errors.Add($"spec.profiles[{i}]", $"{ErrorList.Quote(profiles[i])} is not the name of a profile");
            }
        }
    }

    private static void CheckPorts(ErrorList errors, IReadOnlyList<EndpointPort?>? ports)
    {
        for (var i = 0; i < ports?.Count; i++)
        {
            var path = $"spec.ports[{i}]";
            if (ports[i] is not { } port)
            {
                errors.Add(path, "is not a port; expected an object with name, protocol and port");
                continue;
            }

            if (!NameRules.IsPortName(port.Name))
            {
                errors.Add($"{path}.name", $"{ErrorList.Quote(port.Name)} is not the name of a port");
            }

            if (port.Protocol is null || !PolicyProtocol.Named(port.Protocol).HasPorts)
            {
                errors.Add($"{path}.protocol", $"{ErrorList.Quote(port.Protocol)} is none of TCP, UDP, SCTP");
            }

            if (port.Port is < 1 or > 65_535)
            {
                errors.Add($"{path}.port", $"{port.Port} is out of range; expected 1 to 65535");
            }
        }
    }
}
