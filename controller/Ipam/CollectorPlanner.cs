using System.Collections.Immutable;
using Calico.Ipam.Core.Collection;

namespace Calico.Controller.Ipam;

/// <summary>
/// Decides what is taken back: (store, Kubernetes, earlier looks, time) to a plan. Pure. What belongs to a node that left goes at once; anything else
/// must look left over for the whole grace period, at least twice, and then its node must say that it does not use it.
/// </summary>
internal sealed class CollectorPlanner(
    IpamSnapshot store, ClusterFacts cluster, ImmutableDictionary<string, Observation> before, CollectorOptions options, DateTimeOffset now)
{
    private readonly ImmutableArray<Leak>.Builder _leaks = ImmutableArray.CreateBuilder<Leak>();
    private readonly ImmutableArray<Leak>.Builder _candidates = ImmutableArray.CreateBuilder<Leak>();
    private readonly ImmutableArray<Question>.Builder _questions = ImmutableArray.CreateBuilder<Question>();
    private readonly ImmutableArray<(Holding, string)>.Builder _vetoes = ImmutableArray.CreateBuilder<(Holding, string)>();
    private readonly ImmutableDictionary<string, Observation>.Builder _observations = ImmutableDictionary.CreateBuilder<string, Observation>();

    public CollectorPlan Plan()
    {
        var judge = new LeakJudge(store, cluster);
        foreach (var holding in store.Holdings)
        {
            if (judge.Judge(holding) is { } reason)
            {
                _candidates.Add(new Leak(holding, reason));
                Consider(holding, reason);
            }
        }

        var blocks = new BlockReleases(store, cluster, Matured).Find();
        var suspects = _candidates.Where(c => c.Reason != LeakReason.NodeGone).Select(c => (c.Holding.Node ?? "", c.Holding.Subject)).ToHashSet();
        return new CollectorPlan
        {
            Leaks = [.. _leaks.OrderBy(leak => leak.Reason)],
            Questions = _questions.ToImmutable(),
            Withdrawals = [.. store.Inquiries.Keys.Where(key => !suspects.Contains(key)).Order()],
            Blocks = blocks,
            Observations = _observations.ToImmutable(),
            Candidates = _candidates.ToImmutable(),
            Vetoes = _vetoes.ToImmutable(),
        };
    }

    private void Consider(Holding holding, LeakReason reason)
    {
        if (reason == LeakReason.NodeGone)
        {
            _leaks.Add(new Leak(holding, reason));
        }
        else if (!Matured(holding.Subject, holding.Fingerprint))
        {
            return;
        }
        else if (reason == LeakReason.EmptyHandle)
        {
            _leaks.Add(new Leak(holding, reason));
        }
        else
        {
            ConsiderAnswer(holding, reason);
        }
    }

    private void ConsiderAnswer(Holding holding, LeakReason reason)
    {
        var inquiry = store.Inquiries.GetValueOrDefault((holding.Node!, holding.Subject));
        var question = holding.ToInquiry(now);
        var isAbout = inquiry is not null && inquiry.Addresses.SequenceEqual(question.Addresses) && (inquiry.Interfaces ?? []).SequenceEqual(question.Interfaces ?? []);
        if (inquiry?.InUse == true && isAbout)
        {
            _vetoes.Add((holding, inquiry.Evidence ?? "in use"));
        }

        // An old answer, or a question that was not answered for long, is asked anew.
        if (!isAbout || inquiry!.AskedAt is not { } asked || asked > now || asked + options.Grace <= now)
        {
            _questions.Add(new Question(holding.Node!, holding.Subject, question));
        }
        else if (inquiry.InUse == false)
        {
            _leaks.Add(new Leak(holding, reason, asked));
        }
    }

    /// <summary>
    /// Notes that something was seen; true when it has looked the same for the whole grace period and in an earlier look too. A look from the future (the clock
    /// was set back) is none: it would hold the grace period up for as long.
    /// </summary>
    private bool Matured(string subject, string fingerprint)
    {
        var seen = before.TryGetValue(subject, out var earlier) && earlier.Fingerprint == fingerprint && earlier.First <= now
            ? earlier with { Count = earlier.Count + 1 }
            : new Observation(fingerprint, now, 1);
        _observations[subject] = seen;
        return seen.Count >= 2 && seen.First + options.Grace <= now;
    }
}
