using Calico.Model.Net;
using Calico.Model.Policy;

namespace Calico.Policy.Validation;

/// <summary>One side of a rule.</summary>
internal static class EntityValidator
{
    private const int MaxNets = 256;
    private const int MaxPorts = 50;

    /// <param name="mayNameService">True for the far side of a rule: the source of ingress, the destination of egress.</param>
    /// <param name="isGlobal">The policy has no namespace that a service could be of.</param>
    public static void Check(ErrorList errors, string path, EntityRule entity, bool mayNameService, bool isGlobal)
    {
        CheckNets(errors, $"{path}.nets", entity.Nets);
        CheckNets(errors, $"{path}.notNets", entity.NotNets);
        CheckPorts(errors, $"{path}.ports", entity.Ports);
        CheckPorts(errors, $"{path}.notPorts", entity.NotPorts);
        SelectorValidator.Check(errors, $"{path}.selector", entity.Selector);
        SelectorValidator.Check(errors, $"{path}.notSelector", entity.NotSelector);
        SelectorValidator.CheckNamespaces(errors, $"{path}.namespaceSelector", entity.NamespaceSelector);
        CheckServiceAccounts(errors, $"{path}.serviceAccounts", entity.ServiceAccounts);
        if (entity.Services is { } service)
        {
            CheckService(errors, $"{path}.services", service, entity, mayNameService, isGlobal);
        }
    }

    public static void CheckNets(ErrorList errors, string path, IReadOnlyList<string>? nets)
    {
        errors.CheckCount(path, nets?.Count ?? 0, MaxNets);
        for (var i = 0; i < nets?.Count; i++)
        {
            CheckNet(errors, $"{path}[{i}]", nets[i]);
        }
    }

    public static void CheckNet(ErrorList errors, string path, string? net)
    {
        if (!Cidr.TryParse(net, out _))
        {
            errors.Add(path, $"{ErrorList.Quote(net)} is not a CIDR such as 10.0.0.0/16 or fd00::/64");
        }
    }

    private static void CheckPorts(ErrorList errors, string path, IReadOnlyList<PolicyPort>? ports)
    {
        errors.CheckCount(path, ports?.Count ?? 0, MaxPorts);
        for (var i = 0; i < ports?.Count; i++)
        {
            var port = ports[i];
            var valid = port.IsNamed ? NameRules.IsPortName(port.Name) : port.First >= 1 && port.First <= port.Last && port.Last <= 65_535;
            if (!valid)
            {
                errors.Add(
                    $"{path}[{i}]",
                    $"{ErrorList.Quote(port.ToString())} is not a port (1 to 65535), an ascending range such as 8000:8080, or the name of a port");
            }
        }
    }

    private static void CheckServiceAccounts(ErrorList errors, string path, ServiceAccountMatch? accounts)
    {
        SelectorValidator.Check(errors, $"{path}.selector", accounts?.Selector);
        for (var i = 0; i < accounts?.Names?.Count; i++)
        {
            if (!NameRules.IsDnsSubdomain(accounts.Names[i]))
            {
                errors.Add($"{path}.names[{i}]", $"{ErrorList.Quote(accounts.Names[i])} is not the name of a service account");
            }
        }
    }

    private static void CheckService(
        ErrorList errors, string path, ServiceMatch service, EntityRule entity, bool mayNameService, bool isGlobal)
    {
        if (!mayNameService)
        {
            errors.Add(path, "can only stand in the source of an ingress rule or the destination of an egress rule");
        }

        if (string.IsNullOrEmpty(service.Name))
        {
            errors.Add($"{path}.name", "is missing; expected the name of a Service");
        }

        if (isGlobal && string.IsNullOrEmpty(service.Namespace))
        {
            errors.Add($"{path}.namespace", "is missing; a global policy must say which namespace the Service is of");
        }

        if (entity is not
            {
                Nets: null or { Count: 0 }, NotNets: null or { Count: 0 }, Ports: null or { Count: 0 }, NotPorts: null or { Count: 0 },
                Selector: null or "", NotSelector: null or "", NamespaceSelector: null or "", ServiceAccounts: null,
            })
        {
            errors.Add(path, "stands alone: the Service's endpoints say addresses and ports; remove the fields beside it");
        }
    }
}
