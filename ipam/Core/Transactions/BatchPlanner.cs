using Calico.Ipam.Core.Reserve;

namespace Calico.Ipam.Core.Transactions;

/// <summary>Turns as many requests as fit into one transaction, each on its own: one that fails changes nothing.</summary>
internal static class BatchPlanner
{
    /// <returns>The draft of the transaction and an outcome for each of the first requests; those without one go into the next transaction.</returns>
    public static BatchPlan Plan(StoreView view, IReadOnlyList<IpamRequest> requests, DateTimeOffset now)
    {
        var draft = new Draft(view);
        var context = new PlanContext(view, now);
        var outcomes = new List<IpamOutcome>(requests.Count);
        foreach (var request in requests)
        {
            var part = new Draft(view, draft);
            var outcome = Plan(context, part, request);
            if (outcome is null)
            {
                continue;
            }

            if (outcomes.Count > 0 && !draft.Fits(part))
            {
                break;
            }

            draft.Adopt(part, withChanges: outcome.Error is null);
            outcomes.Add(outcome);
        }

        return new BatchPlan(draft, outcomes);
    }

    private static IpamOutcome? Plan(PlanContext context, Draft draft, IpamRequest request)
    {
        try
        {
            return request switch
            {
                AssignRequest assign => new AssignPlanner(context, draft, assign).Plan() is { } given ? new IpamOutcome(Assignment: given) : null,
                ReleaseRequest release => new ReleasePlanner(context, draft, release).Plan() is { } freed ? new IpamOutcome(Release: freed) : null,
                AdoptRequest adopt => new AdoptPlanner(context, draft, adopt).Plan() is { } adopted ? new IpamOutcome(Assignment: adopted) : null,
                ReserveRequest reserve => new ReservePlanner(context, draft, reserve).Plan() is { } content ? new IpamOutcome(Reserve: content) : null,
                _ => throw new ArgumentException($"unknown request {request.GetType()}", nameof(request)),
            };
        }
        catch (IpamException e)
        {
            return new IpamOutcome(Error: e);
        }
    }
}

/// <param name="Outcomes">Valid once the draft is committed, and only if the draft wants no reads.</param>
internal sealed record BatchPlan(Draft Draft, IReadOnlyList<IpamOutcome> Outcomes);
