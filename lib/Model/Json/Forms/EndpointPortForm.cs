using System.Text.Json;
using Calico.Model.Resources;

namespace Calico.Model.Json.Forms;

internal sealed class EndpointPortForm : RecordForm<EndpointPort>
{
    public static readonly EndpointPortForm Instance = new();

    protected override EndpointPort Empty => new() { Name = null!, Protocol = null! };

    protected override EndpointPort With(EndpointPort value, string field, ref Utf8JsonReader json) => field switch
    {
        "name" => value with { Name = json.GetString()! },
        "protocol" => value with { Protocol = json.GetString()! },
        "port" => value with { Port = json.GetInt32() },
        "hostPort" => value with { HostPort = json.Int32() },
        "hostIP" => value with { HostIP = json.GetString() },
        _ => value with { Unknown = Keep(value, field, ref json) },
    };

    protected override void WriteFields(Utf8JsonWriter json, EndpointPort value)
    {
        json.Put("name"u8, value.Name);
        json.Put("protocol"u8, value.Protocol);
        json.WriteNumber("port"u8, value.Port);
        json.Put("hostPort"u8, value.HostPort);
        json.Put("hostIP"u8, value.HostIP);
    }

    protected override string? Missing(EndpointPort value) => value.Name is null ? "name" : value.Protocol is null ? "protocol" : null;
}
