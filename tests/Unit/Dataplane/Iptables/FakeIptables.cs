using System.Text;
using Calico.Linux;

namespace Calico.Tests.Unit.Dataplane.Iptables;

/// <summary>
/// iptables-save and iptables-restore over tables in memory: each table of a text in one transaction, the first error ends the run, and
/// the message names the line as the real tools do.
/// </summary>
internal sealed class FakeIptables
{
    private static readonly Dictionary<string, string[]> BuiltIn = new()
    {
        ["raw"] = ["PREROUTING", "OUTPUT"],
        ["mangle"] = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
        ["nat"] = ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
        ["filter"] = ["INPUT", "FORWARD", "OUTPUT"],
    };

    private readonly Dictionary<string, FakeTable> _tables = [];

    /// <summary>A rule that the tool does not understand: it names its line.</summary>
    public Func<string, bool> IsNonsense { get; set; } = _ => false;

    /// <summary>A rule that the kernel does not take, which only the commit tells.</summary>
    public Func<string, bool> IsRefused { get; set; } = _ => false;

    /// <summary>How the tool prints a rule.</summary>
    public Func<string, string> Print { get; set; } = rule => rule;

    /// <summary>What happens right before the next restore.</summary>
    public Action? BeforeRestore { get; set; }

    public List<string> Restores { get; } = [];

    public int Saves { get; private set; }

    /// <summary>The table, made if it is not there.</summary>
    public FakeTable this[string name] =>
        _tables.TryGetValue(name, out var table) ? table : _tables[name] = new FakeTable(BuiltIn[name]);

    public IReadOnlyCollection<string> Tables => _tables.Keys;

    public Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, string? input, Action<string>? onLine, CancellationToken cancellationToken) =>
        Task.FromResult(program.EndsWith("-save", StringComparison.Ordinal) ? Save(onLine!) : Restore(input!));

    public string Dump()
    {
        var text = new StringBuilder("# Generated\n");
        foreach (var (name, table) in _tables)
        {
            text.Append('*').Append(name).Append('\n');
            table.AppendTo(text, Print);
            text.Append("COMMIT\n# Completed\n");
        }

        return text.ToString();
    }

    private CommandResult Save(Action<string> onLine)
    {
        Saves++;
        Dump().Split('\n').ToList().ForEach(onLine);
        return new CommandResult(0, "", "");
    }

    private CommandResult Restore(string input)
    {
        Restores.Add(input);
        BeforeRestore?.Invoke();
        BeforeRestore = null;
        var name = "";
        var table = new FakeTable();
        var isRefused = false;
        var number = 0;
        foreach (var line in input.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            if (IsNonsense(line))
            {
                return new CommandResult(2, "", $"nonsense\nError occurred at line: {number}\n");
            }

            switch (line)
            {
                case ['*', ..]:
                    (name, isRefused) = (line[1..], false);
                    table = this[name].Copy();
                    break;
                case "COMMIT" when isRefused:
                    return new CommandResult(1, "", $"iptables-restore: line {number} failed\n");
                case "COMMIT":
                    _tables[name] = table;
                    break;
                default:
                    if (!table.Do(line))
                    {
                        return new CommandResult(1, "", $"iptables-restore: line {number} failed\n");
                    }

                    isRefused |= IsRefused(line);
                    break;
            }
        }

        return new CommandResult(0, "", "");
    }
}
