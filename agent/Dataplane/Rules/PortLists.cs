using Calico.Agent.Calc.Messages;
using Calico.Model.Policy;

namespace Calico.Agent.Dataplane.Rules;

/// <summary>Ports as the multiport match takes them.</summary>
internal static class PortLists
{
    private const int Slots = 15;

    /// <summary>As few lists as hold all the ports: a list has 15 places, of which a range takes two.</summary>
    public static List<string> Of(ValueArray<PolicyPort> ports)
    {
        var lists = new List<string>();
        var free = 0;
        foreach (var port in ports)
        {
            var needed = port.First == port.Last ? 1 : 2;
            if (needed > free)
            {
                lists.Add(port.ToString());
                free = Slots;
            }
            else
            {
                lists[^1] = $"{lists[^1]},{port}";
            }

            free -= needed;
        }

        return lists;
    }
}
