using Calico.Cni.Protocol;

namespace Calico.Cni.Plugin;

/// <summary>
/// The agent first, and <c>calico-ipam</c> when nobody answers on its socket; any other IPAM type is executed at once. Both ways of ours end
/// in the same library and the same state, so a call that was half done by the agent is safely repeated by the executable.
/// </summary>
internal sealed class AddressDelegate(AgentClient? agent, PluginInvoker invoker, string type, CniLog log) : IAddressDelegate
{
    private const string OwnType = "calico-ipam";
    private const string NoAgent = "none";

    private AgentClient? _agent = agent;

    internal static AddressDelegate For(CniCall call, IReadOnlyDictionary<string, string> environment)
    {
        var (type, socket) = (call.Conf.Ipam.Type, call.Conf.AgentSocket);
        var agent = type == OwnType && socket != NoAgent ? new AgentClient(socket) : null;
        return new AddressDelegate(agent, new PluginInvoker(environment), type, call.Log);
    }

    public DelegateAnswer Ask(PluginRequest request, int hostIfIndex = 0, Action<bool>? meanwhile = null)
    {
        if (_agent is not null)
        {
            if (_agent.TryAsk(new AgentRequest(request, hostIfIndex), () => meanwhile?.Invoke(true), out var reply, out var silence))
            {
                return reply.Error is { } error ? throw error : new DelegateAnswer(reply.Result, ByAgent: true, reply.PendingRevision);
            }

            // Once is enough: an Undo goes the way that worked.
            log.Info($"the agent does not answer ({silence}); executing {type}");
            _agent = null;
            if (PluginInvoker.Find(type, request) is null)
            {
                throw new CniException(
                    CniErrorCode.TryAgainLater,
                    $"the agent does not answer ({silence}), and {type} is in none of the directories of CNI_PATH ({request.Path})",
                    $"start calico-agent on this node, or install {type} beside calico");
            }
        }

        return new DelegateAnswer(invoker.Invoke(type, request, () => meanwhile?.Invoke(false)), ByAgent: false);
    }

    public void AwaitPolicy(PluginRequest request, long revision, int timeoutSeconds)
    {
        if (_agent is null)
        {
            return;
        }

        var question = new AgentRequest(request, Ready: new ReadyQuestion(revision, timeoutSeconds));
        if (!_agent.TryAsk(question, null, out var reply, out var silence))
        {
            // The rules in the kernel drop what an unknown interface sends; the next agent lets this one through.
            log.Warning($"the agent went away before it said that the pod's policy is in the kernel ({silence})");
        }
        else if (reply.Error is { } late)
        {
            log.Warning($"{late.Message}: {late.Details}");
        }
    }
}
