using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Dataplane.Iptables;

/// <summary>Where the tool prints rules of ours in other words: what it prints, by the name of the chain, and what we had written.</summary>
internal sealed class PrintedForms
{
    private readonly Dictionary<string, (ValueArray<string> Written, ValueArray<string> Printed)> _forms = [];

    public bool Same(string name, ValueArray<string> wish, ValueArray<string> kernel) =>
        wish == kernel || (_forms.TryGetValue(name, out var form) && form.Written == wish && form.Printed == kernel);

    /// <summary>Refuses another number of rules: that is not another print but another's doing.</summary>
    public bool Learn(string name, ValueArray<string> wish, ValueArray<string> kernel)
    {
        if (wish.Count != kernel.Count)
        {
            return false;
        }

        _forms[name] = (wish, kernel);
        return true;
    }
}
