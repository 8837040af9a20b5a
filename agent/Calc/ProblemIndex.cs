using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Policy.Validation;

namespace Calico.Agent.Calc;

/// <summary>What is wrong with objects. One without problems costs nothing.</summary>
internal sealed class ProblemIndex
{
    // Whoever mends these sees the rest; an absurd object must not fill the log.
    private const int MaxProblems = 10;
    private const int MaxLength = 400;

    private readonly Dictionary<ResourceId, ValueArray<string>> _sent = [];
    private readonly Dictionary<ResourceId, ValueArray<string>> _changed = [];

    public void Set(ResourceId id, IReadOnlyCollection<ValidationError> errors)
    {
        if (errors.Count == 0 && _sent.Count == 0 && _changed.Count == 0)
        {
            return;
        }

        ValueArray<string> problems = [.. errors.Take(MaxProblems).Select(Text)];
        if (errors.Count > MaxProblems)
        {
            problems = [.. problems, $"and {errors.Count - MaxProblems} more"];
        }

        if (problems == _sent.GetValueOrDefault(id))
        {
            _changed.Remove(id);
        }
        else
        {
            _changed[id] = problems;
        }
    }

    public void Flush(MessageSequencer messages)
    {
        foreach (var (id, problems) in _changed)
        {
            if (problems.Count == 0)
            {
                _sent.Remove(id);
            }
            else
            {
                _sent[id] = problems;
            }

            messages.Add(new ObjectProblems(id, problems));
        }

        _changed.Clear();
    }

    // What a user wrote is quoted in it: one line, of a length that a log bears.
    private static string Text(ValidationError error)
    {
        var text = error.Field.Length > 0 ? $"{error.Field}: {error.Problem}" : error.Problem;
        var shown = text.Length <= MaxLength ? text : $"{text.AsSpan(0, MaxLength)}...";
        return string.Concat(shown.Select(character => char.IsControl(character) ? ' ' : character));
    }
}
