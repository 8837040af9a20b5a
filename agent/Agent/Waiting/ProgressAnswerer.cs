using System.Text.Json;
using System.Threading.Channels;
using Calico.Model;
using Calico.Model.Json;
using Calico.Model.Waiting;
using Calico.Store;
using Calico.Store.Sync;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Waiting;

/// <summary>
/// Answers <c>calicoctl wait</c>: says when this node's kernel has a revision of the datastore, and if that takes long, why. Hears of questions from the
/// follower, which sees every key anyway, so that nothing is to be done or kept while nobody waits.
/// </summary>
internal sealed class ProgressAnswerer(IKeyValueStore store, string node, Func<NodeProgress> look, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Who is not done after this says why; and again so often, if it has something else to say.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Channel<StoreEvent> _heard = Channel.CreateUnbounded<StoreEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<string, OpenQuestion> _open = new(StringComparer.Ordinal);

    /// <summary>Takes note of a question that came or went; of everything else it does not.</summary>
    public void Hear(StoreEvent change)
    {
        if (KeyOf(change).StartsWith(EtcdKeys.Questions, StringComparison.Ordinal))
        {
            _heard.Writer.TryWrite(change);
        }
    }

    /// <summary>Answers until the token is cancelled; never ends on trouble with the store.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_open.Count > 0)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
            else
            {
                await _heard.Reader.WaitToReadAsync(cancellationToken);
            }

            while (_heard.Reader.TryRead(out var change))
            {
                Note(change);
            }

            var progress = look();
            foreach (var question in _open.Values.ToList())
            {
                await AnswerAsync(question, progress, cancellationToken);
            }
        }
    }

    private static string KeyOf(StoreEvent change) => change switch
    {
        StoreEvent.Set set => set.KeyValue.Key,
        StoreEvent.Removed removed => removed.Key,
        _ => "",
    };

    private void Note(StoreEvent change)
    {
        if (change is not StoreEvent.Set { KeyValue: var keyValue })
        {
            _open.Remove(KeyOf(change));
            return;
        }

        try
        {
            _open[keyValue.Key] = new OpenQuestion(keyValue, ModelJson.Read<ProgressQuestion>(keyValue.Value.Span), time.GetTimestamp());
        }
        catch (JsonException e)
        {
            WaitingLog.NoAnswer(log, keyValue.Key, e.Message);
        }
    }

    private async Task AnswerAsync(OpenQuestion open, NodeProgress progress, CancellationToken cancellationToken)
    {
        var answer = AnswerText.Of(open.Question, progress);
        if (!answer.Done && (time.GetElapsedTime(open.Since) < Patience || IsSame(answer, open.Said)))
        {
            return;
        }

        try
        {
            // Under the asker's lease, and only while he asks: nothing is left behind.
            var put = new StoreOp.Put(EtcdKeys.Answer(EtcdKeys.QuestionId(open.Stored.Key), node), ModelJson.Write(answer), open.Question.Lease);
            var result = await store.TxnAsync(new TxnRequest([Compare.Unchanged(open.Stored)], [put], []), cancellationToken);
            if (answer.Done || !result.Succeeded)
            {
                _open.Remove(open.Stored.Key);
                WaitingLog.Answered(log, open.Stored.Key, answer.Revision);
                return;
            }

            _open[open.Stored.Key] = open with { Since = time.GetTimestamp(), Said = answer };
        }
        catch (StoreException e)
        {
            WaitingLog.NoAnswer(log, open.Stored.Key, e.Message);
            if (e.IsUnavailable)
            {
                await Task.Delay(Patience, time, cancellationToken);
            }
            else
            {
                _open.Remove(open.Stored.Key); // most likely the lease ended: nobody waits any more
            }
        }
    }

    private static bool IsSame(ProgressAnswer answer, ProgressAnswer? said) =>
        said is not null && answer.Revision == said.Revision && (answer.Problems ?? []).SequenceEqual(said.Problems ?? []);

    /// <param name="Since">When it was heard of, or answered last.</param>
    /// <param name="Said">The last answer, which was that it takes longer.</param>
    private sealed record OpenQuestion(KeyValue Stored, ProgressQuestion Question, long Since, ProgressAnswer? Said = null);
}
