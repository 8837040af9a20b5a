using System.Diagnostics.CodeAnalysis;
using Calico.Cni.Protocol;
using Calico.Linux;

namespace Calico.Cni.Plugin;

/// <summary>One round trip over the agent's Unix socket (docs/design/agent-socket.md).</summary>
/// <param name="socketPath">Empty: the default path.</param>
internal sealed class AgentClient(string socketPath)
{
    internal const string DefaultSocket = "/var/run/calico/agent.sock";

    /// <summary>Longer than the agent's own deadline towards the store, so that its error is heard and not cut off.</summary>
    private const int DeadlineSeconds = 30;

    private readonly string _path = socketPath.Length > 0 ? socketPath : DefaultSocket;

    /// <param name="meanwhile">Done between the request and its reply.</param>
    /// <param name="silence">Why there is no answer: no socket, refused, ended before the reply, or another version of the wire.</param>
    internal bool TryAsk(AgentRequest request, Action? meanwhile, [NotNullWhen(true)] out AgentReply? reply, out string silence)
    {
        (reply, silence) = (null, "");
        var frame = AgentWire.WriteRequest(request);
        try
        {
            using var stream = UnixStream.Connect(_path, DeadlineSeconds);
            stream.Write(frame);
            meanwhile?.Invoke();
            Span<byte> header = stackalloc byte[AgentWire.HeaderSize];
            stream.ReadExactly(header);
            var payload = new byte[AgentWire.ReadLength(header)];
            stream.ReadExactly(payload);
            reply = AgentWire.ReadReply(payload);
        }
        catch (IOException e)
        {
            silence = e.Message;
            return false;
        }
        catch (CniException e) when (e.Code is CniErrorCode.IncompatibleVersion or CniErrorCode.DecodingFailure)
        {
            silence = e.Message;
            return false;
        }

        // An agent of another version says so with this code; the CNI version itself was checked before we asked.
        if (reply.Error is { Code: CniErrorCode.IncompatibleVersion } refused)
        {
            silence = refused.Message;
            return false;
        }

        return true;
    }
}
