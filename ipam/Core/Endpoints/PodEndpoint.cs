using Calico.Model.Kubernetes;
using Calico.Model.Resources;

namespace Calico.Ipam.Core.Endpoints;

/// <summary>What an endpoint takes over from its pod: at ADD from the arguments of the call, later from the pod as Kubernetes has it. Pure.</summary>
public static class PodEndpoint
{
    private const string LabelPrefix = "projectcalico.org/";

    /// <summary>Kubernetes' limit for the value of a label.</summary>
    private const int MaxLabelLength = 63;

    /// <param name="account">The service account; empty when not known.</param>
    public static Dictionary<string, string> Labels(IReadOnlyDictionary<string, string> own, string ns, string orchestrator, string account)
    {
        ArgumentNullException.ThrowIfNull(account);
        var labels = new Dictionary<string, string>(own)
        {
            [LabelPrefix + "namespace"] = ns,
            [LabelPrefix + "orchestrator"] = orchestrator,
        };
        if (account.Length is > 0 and < MaxLabelLength)
        {
            labels[LabelPrefix + "serviceaccount"] = account;
        }

        return labels;
    }

    /// <summary>The profiles of a pod of Kubernetes.</summary>
    /// <param name="account">The service account; empty when not known.</param>
    public static IReadOnlyList<string> Profiles(string ns, string account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.Length > 0 ? [$"kns.{ns}", $"ksa.{ns}.{account}"] : [$"kns.{ns}"];
    }

    /// <summary>Ports that policy can name, and those that the host forwards; of sidecars too, which run as long as the containers.</summary>
    public static IReadOnlyList<EndpointPort> Ports(PodSpec pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return
        [
            .. from container in pod.Containers.Concat(pod.InitContainers.Where(container => container.RestartPolicy == "Always"))
               from port in container.Ports
               where port.Port != 0 && (port.Name.Length > 0 || port.HostPort != 0)
               select new EndpointPort
               {
                   Name = port.Name,
                   Protocol = port.Protocol,
                   Port = port.Port,
                   HostPort = port.HostPort == 0 ? null : port.HostPort,
                   HostIP = port.HostIP.Length == 0 ? null : port.HostIP,
               },
        ];
    }
}
