using Calico.Model.Waiting;

namespace Calico.Agent.Waiting;

/// <summary>What a node says to a question. Pure.</summary>
internal static class AnswerText
{
    private const int MostProblems = 3;
    private const int LongestProblem = 300;

    public static ProgressAnswer Of(ProgressQuestion question, NodeProgress progress)
    {
        if (progress.Dataplane is not { } status)
        {
            return new ProgressAnswer { Done = true, Problems = ["policy is not enforced on this node (CALICO_POLICY=off)"] };
        }

        var done = status.IsInSync && status.ProgrammedRevision >= question.Revision;
        var ofSubject = progress.ObjectProblems.Where(problem => question.Subject is { } subject && problem.StartsWith($"{subject}: ", StringComparison.Ordinal));
        string[] waiting = done ? [] : !status.IsInSync ? ["it has not read the datastore to its end"] : status.Failures.Count == 0 ? ["it is at work"] : [];
        var problems = ofSubject.Concat(status.Failures).Concat(waiting).Take(MostProblems).Select(problem => problem.Length > LongestProblem ? problem[..LongestProblem] + "..." : problem).ToList();
        return new ProgressAnswer { Done = done, Revision = status.ProgrammedRevision, Problems = problems.Count > 0 ? problems : null };
    }
}
