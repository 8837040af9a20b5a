namespace Calico.Cni.Protocol;

/// <summary>CNI_ARGS taken apart: <c>K=V;K=V</c>. Keys we do not know are ignored, whatever IgnoreUnknown says.</summary>
public sealed record CniArguments
{
    public string PodNamespace { get; init; } = "";

    public string PodName { get; init; } = "";

    public string PodUid { get; init; } = "";

    public string InfraContainerId { get; init; } = "";

    /// <summary>The <c>IP</c> argument, comma-separated: specific addresses asked for.</summary>
    public IReadOnlyList<string> Ips { get; init; } = [];

    /// <summary>Both K8S_POD_NAMESPACE and K8S_POD_NAME are there.</summary>
    public bool IsKubernetes => PodNamespace.Length > 0 && PodName.Length > 0;

    public static CniArguments Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var result = new CniArguments();
        foreach (var pair in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new CniException(CniErrorCode.InvalidEnvironment, $"CNI_ARGS holds '{pair}', which is not KEY=VALUE");
            }

            var value = pair[(equals + 1)..];
            result = pair[..equals] switch
            {
                "K8S_POD_NAMESPACE" => result with { PodNamespace = value },
                "K8S_POD_NAME" => result with { PodName = value },
                "K8S_POD_UID" => result with { PodUid = value },
                "K8S_POD_INFRA_CONTAINER_ID" => result with { InfraContainerId = value },
                "IP" => result with { Ips = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) },
                _ => result,
            };
        }

        return result;
    }
}
