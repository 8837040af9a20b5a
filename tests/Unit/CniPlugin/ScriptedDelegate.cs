using Calico.Cni.Plugin;
using Calico.Cni.Protocol;

namespace Calico.Tests.Unit.CniPlugin;

/// <summary>A delegate that answers each verb as told and writes down what it is asked.</summary>
internal sealed class ScriptedDelegate(List<string> journal) : IAddressDelegate
{
    private readonly Dictionary<CniCommand, Func<DelegateAnswer>> _answers = [];

    public bool ByAgent { get; init; } = true;

    public ScriptedDelegate On(CniCommand command, CniResult? result, long pendingRevision = 0)
    {
        _answers[command] = () => new DelegateAnswer(result, ByAgent, pendingRevision);
        return this;
    }

    public ScriptedDelegate On(CniCommand command, CniException failure)
    {
        _answers[command] = () => throw failure;
        return this;
    }

    public DelegateAnswer Ask(PluginRequest request, int hostIfIndex = 0, Action<bool>? meanwhile = null)
    {
        journal.Add($"ask {request.Command.ToText()}{(hostIfIndex == 0 ? "" : $" with device {hostIfIndex}")}");
        meanwhile?.Invoke(ByAgent);
        return _answers.TryGetValue(request.Command, out var answer) ? answer() : new DelegateAnswer(null, ByAgent);
    }

    public void AwaitPolicy(PluginRequest request, long revision, int timeoutSeconds) => journal.Add($"await policy of revision {revision} for {timeoutSeconds} s");
}
