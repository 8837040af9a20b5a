using System.Globalization;
using Calico.Linux;

namespace Calico.Tests.Unit.Dataplane.IpSets;

/// <summary>ipset save and restore over sets in memory. A run ends at its first error, and what stood before it was done.</summary>
internal sealed class FakeIpset
{
    public sealed record Set(string Type, string Family, int MaxElements, HashSet<string> Members);

    public SortedDictionary<string, Set> Sets { get; } = new(StringComparer.Ordinal);

    public HashSet<string> InUse { get; } = [];

    public List<string> Restores { get; } = [];

    public int Saves { get; private set; }

    /// <summary>What the kernel has room for.</summary>
    public int Room { get; set; } = int.MaxValue;

    public Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, string? input, Action<string>? onLine, CancellationToken cancellationToken) =>
        Task.FromResult(arguments[0] == "save" ? Save(onLine!) : Restore(input!));

    public IEnumerable<string> Members(string set) => Sets[set].Members.Order(StringComparer.Ordinal);

    private CommandResult Save(Action<string> onLine)
    {
        Saves++;
        foreach (var (name, set) in Sets)
        {
            onLine($"create {name} {set.Type} family {set.Family} hashsize 1024 maxelem {set.MaxElements} bucketsize 12");
            foreach (var member in set.Members)
            {
                onLine($"add {name} {member}");
            }
        }

        return new CommandResult(0, "", "");
    }

    private CommandResult Restore(string input)
    {
        Restores.Add(input);
        var number = 0;
        foreach (var line in input.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            if (Do(line.Replace(" -exist", "", StringComparison.Ordinal).Split(' ')) is { } error)
            {
                return new CommandResult(1, "", $"ipset v7.17: Error in line {number}: {error}\n");
            }
        }

        return new CommandResult(0, "", "");
    }

    private string? Do(string[] words)
    {
        var name = words[1];
        if (words[0] == "create")
        {
            var made = new Set(words[2], words[4], int.Parse(words[6], CultureInfo.InvariantCulture), []);
            return Sets.TryAdd(name, made) || Sets[name] with { Members = made.Members } == made
                ? null
                : "Set cannot be created: set with the same name already exists";
        }

        if (!Sets.TryGetValue(name, out var set))
        {
            return "The set with the given name does not exist";
        }

        switch (words[0])
        {
            case "add":
                set.Members.Add(words[2]);
                return set.Members.Count > Math.Min(Room, set.MaxElements) ? "Hash is full, cannot add more elements" : null;
            case "del":
                set.Members.Remove(words[2]);
                return null;
            case "flush":
                set.Members.Clear();
                return null;
            case "swap":
                (Sets[name], Sets[words[2]]) = (Sets[words[2]], set);
                return null;
            default:
                return !InUse.Contains(name) && Sets.Remove(name) ? null : "Set cannot be destroyed: it is in use by a kernel component";
        }
    }
}
