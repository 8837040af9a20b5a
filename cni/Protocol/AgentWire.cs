using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Calico.Cni.Protocol.Json;

namespace Calico.Cni.Protocol;

/// <summary>
/// The messages of the agent's socket: a 4-byte little-endian length, then that many bytes of UTF-8 JSON (docs/design/agent-socket.md).
/// The version is the first field of both, so that a stranger's message is known as one before anything else of it is read.
/// </summary>
public static class AgentWire
{
    public const int Version = 1;

    /// <summary>The command of a <see cref="ReadyQuestion"/>; no verb of CNI.</summary>
    private const string ReadyCommand = "READY";

    /// <summary>Bytes of the length before the payload.</summary>
    public const int HeaderSize = 4;

    /// <summary>The longest payload, in bytes.</summary>
    public const int MaxFrame = 4 * 1024 * 1024;

    /// <summary>The whole frame, header included.</summary>
    /// <exception cref="CniException">Code 6: the conf is not JSON, or too long.</exception>
    public static byte[] WriteRequest(AgentRequest request)
    {
        var plugin = request.Plugin;
        return WriteFrame(json =>
        {
            json.WriteNumber("version"u8, Version);
            json.WriteString("command"u8, request.Ready is null ? plugin.Command.ToText() : ReadyCommand);
            json.WriteUnlessEmpty("containerId"u8, plugin.ContainerId);
            json.WriteUnlessEmpty("netns"u8, plugin.NetNs);
            json.WriteUnlessEmpty("ifname"u8, plugin.IfName);
            json.WriteUnlessEmpty("args"u8, plugin.Args);
            json.WriteUnlessEmpty("path"u8, plugin.Path);
            json.WriteUnlessZero("hostIfIndex"u8, request.HostIfIndex);
            if (request.Ready is { } ready)
            {
                json.WriteNumber("revision"u8, ready.Revision);
                json.WriteNumber("timeout"u8, ready.TimeoutSeconds);
                return; // the conf says nothing about it
            }

            if (!plugin.Conf.IsEmpty)
            {
                json.WritePropertyName("conf"u8);
                json.WriteRawValue(plugin.Conf.Span);
            }
        });
    }

    /// <summary>The whole frame, header included.</summary>
    public static byte[] WriteReply(AgentReply reply) => WriteFrame(json =>
    {
        json.WriteNumber("version"u8, Version);
        if (reply.Error is { } error)
        {
            json.WriteStartObject("error"u8);
            CniErrorWriter.WriteFields(json, error);
            json.WriteEndObject();
        }
        else if (reply.Result is { } result)
        {
            json.WritePropertyName("result"u8);
            CniResultWriter.WriteObject(json, result, CniVersion.Latest);
            if (reply.PendingRevision > 0)
            {
                json.WriteNumber("pendingRevision"u8, reply.PendingRevision);
            }
        }
    });

    /// <summary>Reads the 4 bytes before a payload.</summary>
    /// <exception cref="CniException">Code 6: no message is this short or this long, so the other side speaks something else.</exception>
    public static int ReadLength(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        return length is > 0 and <= MaxFrame
            ? (int)length
            : throw new CniException(CniErrorCode.DecodingFailure, $"a message of the agent's socket has 1 to {MaxFrame} bytes, not {length}");
    }

    /// <exception cref="CniException">Code 1: another version of the wire. Code 4: an unknown verb. Code 6: anything else that cannot be read.</exception>
    public static AgentRequest ReadRequest(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload, "the request to the agent");
        var plugin = new PluginRequest(default, "", "", "", "", "", default);
        var (command, hostIfIndex, ready) = ("", 0, new ReadyQuestion(0, 0));
        BeginMessage(ref reader);
        while (reader.NextField(out var name))
        {
            switch (name)
            {
                case "command": command = reader.String(name); break;
                case "containerId": plugin = plugin with { ContainerId = reader.String(name) }; break;
                case "netns": plugin = plugin with { NetNs = reader.String(name) }; break;
                case "ifname": plugin = plugin with { IfName = reader.String(name) }; break;
                case "args": plugin = plugin with { Args = reader.String(name) }; break;
                case "path": plugin = plugin with { Path = reader.String(name) }; break;
                case "hostIfIndex": hostIfIndex = reader.Integer(name); break;
                case "revision": ready = ready with { Revision = reader.Long(name) }; break;
                case "timeout": ready = ready with { TimeoutSeconds = reader.Integer(name) }; break;
                case "conf": plugin = plugin with { Conf = reader.Raw() }; break;
                default: reader.Skip(); break;
            }
        }

        reader.End();
        if (command == ReadyCommand)
        {
            return new AgentRequest(plugin with { Command = CniCommand.Add }, Ready: ready);
        }

        return CniCommandText.TryParse(command, out var verb)
            ? new AgentRequest(plugin with { Command = verb }, hostIfIndex)
            : throw new CniException(CniErrorCode.InvalidEnvironment, $"the request's command '{command}' is not a CNI verb");
    }

    /// <exception cref="CniException">Code 1: another version of the wire. Code 6: anything else that cannot be read.</exception>
    public static AgentReply ReadReply(ReadOnlySpan<byte> payload)
    {
        var reader = new FieldReader(payload, "the agent's reply");
        var reply = new AgentReply(null, null);
        BeginMessage(ref reader);
        while (reader.NextField(out var name))
        {
            switch (name)
            {
                case "result" when reader.OpenObject(name):
                    reply = reply with { Result = CniResultReader.ReadFields(ref reader, "result.") };
                    break;
                case "pendingRevision":
                    reply = reply with { PendingRevision = reader.Long(name) };
                    break;
                case "error" when reader.OpenObject(name):
                    reply = reply with { Error = CniErrorReader.ReadFields(ref reader, "error.") };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.End();
        return reply;
    }

    private static void BeginMessage(ref FieldReader reader)
    {
        reader.Begin();
        var version = reader.NextField(out var first) && first == "version" ? reader.OptionalInteger(first) : null;
        if (version != Version)
        {
            throw new CniException(
                CniErrorCode.IncompatibleVersion,
                $"the message has wire version {version?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}; this side speaks {Version}",
                "run calico and calico-agent of one release; until then calico-ipam serves");
        }
    }

    private static byte[] WriteFrame(Action<Utf8JsonWriter> writeFields)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        buffer.Advance(HeaderSize);
        try
        {
            using var json = new Utf8JsonWriter(buffer, CniJson.WriterOptions);
            json.WriteStartObject();
            writeFields(json);
            json.WriteEndObject();
        }
        catch (JsonException e)
        {
            throw new CniException(CniErrorCode.DecodingFailure, "the network configuration is not valid JSON", "", e);
        }

        var frame = buffer.WrittenSpan.ToArray();
        var length = frame.Length - HeaderSize;
        if (length > MaxFrame)
        {
            throw new CniException(CniErrorCode.DecodingFailure, $"the message would have {length} bytes; the agent's socket takes {MaxFrame}");
        }

        BinaryPrimitives.WriteInt32LittleEndian(frame, length);
        return frame;
    }
}
