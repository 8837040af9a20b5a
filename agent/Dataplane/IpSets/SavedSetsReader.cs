using System.Globalization;
using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Dataplane.IpSets;

/// <summary>Reads what <c>ipset save</c> prints, line by line, and hands over each set of ours when its last member was read, for the time of the call.</summary>
internal sealed class SavedSetsReader(Action<KernelSet> onSet)
{
    // One list for all sets: a new one of each would be garbage that only the collector's rarest run takes away.
    private readonly List<IpSetMember> _members = [];

    private KernelSet? _set;

    public void Read(ReadOnlySpan<char> line)
    {
        if (line.StartsWith("create ", StringComparison.Ordinal))
        {
            End();
            var words = line.ToString().Split(' ');
            _set = IpSetName.IsOurs(words[1]) ? new KernelSet(words[1], words[2], Option(words, "family"), MaxElements(words), _members, []) : null;
        }
        else if (_set is not null && line.StartsWith("add ", StringComparison.Ordinal))
        {
            var member = line[("add ".Length + _set.Name.Length + 1)..];
            if (IpSetText.TryParseMember(member, out var parsed))
            {
                _set.Members.Add(parsed);
            }
            else
            {
                _set.Strangers.Add(member.ToString());
            }
        }
    }

    /// <summary>After the last line.</summary>
    public void End()
    {
        if (_set is not null)
        {
            onSet(_set);
        }

        _set = null;
        _members.Clear();
    }

    private static int MaxElements(string[] words) =>
        int.TryParse(Option(words, "maxelem"), NumberStyles.None, CultureInfo.InvariantCulture, out var elements) ? elements : 0;

    private static string Option(string[] words, string name)
    {
        var place = Array.IndexOf(words, name);
        return place >= 0 && place + 1 < words.Length ? words[place + 1] : "";
    }
}
