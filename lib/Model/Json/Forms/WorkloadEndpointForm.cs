using System.Text.Json;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Model.Json.Forms;

internal sealed class WorkloadEndpointForm : RecordForm<WorkloadEndpointSpec>
{
    public static readonly ResourceForm<WorkloadEndpointSpec> Resource = new(new WorkloadEndpointForm());

    protected override WorkloadEndpointSpec Empty => new();

    protected override WorkloadEndpointSpec With(WorkloadEndpointSpec value, string field, ref Utf8JsonReader json) => field switch
    {
        "orchestrator" => value with { Orchestrator = json.GetString() },
        "workload" => value with { Workload = json.GetString() },
        "node" => value with { Node = json.GetString() },
        "containerID" => value with { ContainerId = json.GetString() },
        "pod" => value with { Pod = json.GetString() },
        "endpoint" => value with { Endpoint = json.GetString() },
        "serviceAccountName" => value with { ServiceAccountName = json.GetString() },
        "ipNetworks" => value with { IPNetworks = json.List(static (ref Utf8JsonReader item) => item.Parsed<Cidr>()) },
        "ipNATs" => value with { IPNats = json.Element() },
        "ipv4Gateway" => value with { IPv4Gateway = json.GetString() },
        "ipv6Gateway" => value with { IPv6Gateway = json.GetString() },
        "profiles" => value with { Profiles = json.Texts() },
        "interfaceName" => value with { InterfaceName = json.GetString() },
        "mac" => value with { Mac = json.TokenType == JsonTokenType.Null ? null : json.Parsed<MacAddress>() },
        "ports" => value with { Ports = json.List(static (ref Utf8JsonReader item) => EndpointPortForm.Instance.Read(ref item)) },
        "allowSpoofedSourcePrefixes" => value with { AllowSpoofedSourcePrefixes = json.Texts() },
        _ => value with { Unknown = Keep(value, field, ref json) },
    };

    protected override void WriteFields(Utf8JsonWriter json, WorkloadEndpointSpec value)
    {
        json.Put("orchestrator"u8, value.Orchestrator);
        json.Put("workload"u8, value.Workload);
        json.Put("node"u8, value.Node);
        json.Put("containerID"u8, value.ContainerId);
        json.Put("pod"u8, value.Pod);
        json.Put("endpoint"u8, value.Endpoint);
        json.Put("serviceAccountName"u8, value.ServiceAccountName);
        json.Put("ipNetworks"u8, value.IPNetworks, static (writer, network) => writer.WriteStringValue(network.ToString()));
        json.Put("ipNATs"u8, value.IPNats);
        json.Put("ipv4Gateway"u8, value.IPv4Gateway);
        json.Put("ipv6Gateway"u8, value.IPv6Gateway);
        json.Put("profiles"u8, value.Profiles);
        json.Put("interfaceName"u8, value.InterfaceName);
        json.Put("mac"u8, value.Mac?.ToString());
        json.Put("ports"u8, value.Ports, static (writer, port) => EndpointPortForm.Instance.Write(writer, port));
        json.Put("allowSpoofedSourcePrefixes"u8, value.AllowSpoofedSourcePrefixes);
    }
}
