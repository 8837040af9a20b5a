using Calico.Model.Waiting;

namespace Calico.Ctl.Wait;

/// <summary>Who has answered. Thread-safe.</summary>
internal sealed class WaitState(IEnumerable<string> nodes)
{
    private const int MostNamed = 5;
    private readonly Lock _lock = new();
    private readonly List<NodeAnswer> _nodes = [.. nodes.Order(StringComparer.Ordinal).Select(node => new NodeAnswer(node, null))];

    public int Count => _nodes.Count;

    public int Done => Answers().Count(pair => IsDone(pair.Answer));

    public bool IsComplete => Done == Count;

    /// <summary>Nodes that came after the question was asked read the datastore as it is then: they are not waited for.</summary>
    public void Add(string node, ProgressAnswer answer)
    {
        lock (_lock)
        {
            if (_nodes.FindIndex(one => one.Node == node) is >= 0 and var index)
            {
                _nodes[index] = new NodeAnswer(node, answer);
            }
        }
    }

    /// <summary>How many have it, and who is missing.</summary>
    public string Progress()
    {
        var missing = Answers().Where(pair => !IsDone(pair.Answer)).Select(pair => pair.Node).ToList();
        return $"{Count - missing.Count} of {Count} nodes have it; missing: {Named(missing)}";
    }

    /// <summary>Each node that is missing, and what it said.</summary>
    public IReadOnlyList<string> Missing() => [.. Answers().Where(pair => !IsDone(pair.Answer)).Select(pair => pair.Answer is { } answer
        ? $"{pair.Node} has revision {answer.Revision}: {string.Join("; ", answer.Problems ?? [])}"
        : $"{pair.Node} did not answer: its agent does not run, is cut off from etcd, or is of an older version; 'calicoctl node status' there tells more")];

    /// <summary>What nodes that are done found wrong all the same; the same words once.</summary>
    public IReadOnlyList<string> Warnings()
    {
        var done = Answers().Where(node => IsDone(node.Answer)).ToList();
        var problems = done.SelectMany(node => node.Answer!.Problems ?? []).Distinct();
        return [.. problems.Select(problem => $"{Named([.. done.Where(node => node.Answer!.Problems?.Contains(problem) == true).Select(node => node.Node)])}: {problem}")];
    }

    private static bool IsDone(ProgressAnswer? answer) => answer is { Done: true };

    private static string Named(List<string> some) => string.Join(", ", some.Take(MostNamed)) + (some.Count > MostNamed ? $" and {some.Count - MostNamed} more" : "");

    private List<NodeAnswer> Answers()
    {
        lock (_lock)
        {
            return [.. _nodes];
        }
    }

    /// <param name="Answer">The last one; null while there is none.</param>
    private sealed record NodeAnswer(string Node, ProgressAnswer? Answer);
}
