using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Calico.Model.Identity;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Agent.Api.Outage;

/// <summary>Lines of the journal: an entry, or the number of one that the store has been told.</summary>
internal static class JournalText
{
    public static byte[] Entry(JournalEntry entry) => Line(json =>
    {
        var identity = entry.Identity;
        json.WriteNumber("id"u8, entry.Id);
        json.WriteString("at"u8, entry.At);
        json.WriteString("node"u8, entry.Node);
        json.WriteString("orchestrator"u8, identity.Orchestrator);
        json.WriteString("namespace"u8, identity.Namespace);
        json.WriteString("workload"u8, identity.Workload);
        json.WriteString("container"u8, identity.ContainerId);
        json.WriteString("interface"u8, identity.Interface);
        json.WriteString("network"u8, identity.Network);
        Write(json, "addresses", entry.Addresses);
        Write(json, "returned", entry.Returned);
        if (entry.Endpoint is not null)
        {
            json.WritePropertyName("endpoint"u8);
            json.WriteRawValue(ModelJson.Write(entry.Endpoint));
        }
    });

    public static byte[] Done(long id) => Line(json => json.WriteNumber("done"u8, id));

    /// <summary>Reads one line without its end.</summary>
    /// <exception cref="JsonException">It is not a line of a journal.</exception>
    public static (JournalEntry? Entry, long Done) Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return root.TryGetProperty("done"u8, out var done) ? (null, done.GetInt64()) : (Read(root), 0);
        }
        catch (Exception e) when (e is KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new JsonException($"not an entry of the journal: {e.Message}", e);
        }
    }

    private static JournalEntry Read(JsonElement root) => new(
        root.GetProperty("id"u8).GetInt64(),
        new WorkloadIdentity(
            Text(root, "orchestrator"), Text(root, "namespace"), Text(root, "workload"), Text(root, "container"), Text(root, "interface"), Text(root, "network")),
        Text(root, "node"),
        Addresses(root, "addresses"),
        Addresses(root, "returned"),
        root.TryGetProperty("endpoint"u8, out var endpoint) ? ModelJson.Read<Resource<WorkloadEndpointSpec>>(Encoding.UTF8.GetBytes(endpoint.GetRawText())) : null,
        root.GetProperty("at"u8).GetDateTimeOffset());

    private static string Text(JsonElement root, string name) => root.GetProperty(name).GetString() ?? throw new JsonException($"{name} is null");

    private static ImmutableArray<IpAddress> Addresses(JsonElement root, string name) =>
        [.. root.GetProperty(name).EnumerateArray().Select(text => IpAddress.Parse(text.GetString() ?? ""))];

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<IpAddress> addresses)
    {
        json.WriteStartArray(name);
        foreach (var address in addresses)
        {
            json.WriteStringValue(address.ToString());
        }

        json.WriteEndArray();
    }

    private static byte[] Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }
}
