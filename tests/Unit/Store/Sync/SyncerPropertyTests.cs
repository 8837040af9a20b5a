using System.Text;
using Calico.Store;
using Calico.Store.Sync;
using Calico.Tests.Fakes;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Store.Sync;

/// <summary>Whatever the history and the trouble on the way, who applies the events ends with what is in the store.</summary>
internal sealed class SyncerPropertyTests
{
    private const string Last = "/p/last";
    private static readonly string[] Keys = ["/p/a", "/p/b", "/p/c", "/p/d", "/q/a"];

    private enum Step
    {
        Put,
        Delete,
        PutElsewhere,
        Disconnect,
        LoseNextCall,
        CompactAndDisconnect,
        Progress,
        Pause,
    }

    [Test]
    public void Any_history_with_any_trouble_leads_to_the_state_of_the_store()
    {
        var step = Gen.Elements(Enum.GetValues<Step>()).SelectMany(kind => Gen.Choose(0, Keys.Length - 1).Select(key => (kind, Keys[key])));
        var property = Prop.ForAll(step.ListOf().ToArbitrary(), history => RunAsync([.. history]).GetAwaiter().GetResult());
        Check.One(Config.QuickThrowOnFailure, property);
    }

    private static async Task RunAsync(IReadOnlyList<(Step Kind, string Key)> history)
    {
        var store = new InMemoryStore { PageSize = 2 };
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var mirror = MirrorAsync(store, deadline.Token);
        var number = 0;
        foreach (var (kind, key) in history)
        {
            await DoAsync(store, kind, key, $"{++number}");
        }

        store.Put(Last, "end");
        var expected = store.Contents().Where(pair => pair.Key.StartsWith("/p/", StringComparison.Ordinal));
        Assert.That(await mirror, Is.EquivalentTo(expected));
    }

    private static async Task DoAsync(InMemoryStore store, Step kind, string key, string value)
    {
        switch (kind)
        {
            case Step.Put:
                store.Put(key, value);
                break;
            case Step.Delete:
                store.Delete(key);
                break;
            case Step.PutElsewhere:
                store.Put("/q/elsewhere", value);
                break;
            case Step.Disconnect:
                store.FailWatches(new StoreException("disconnected") { IsUnavailable = true });
                break;
            case Step.LoseNextCall:
                store.FailNext(StoreFault.AfterEffect);
                break;
            case Step.CompactAndDisconnect:
                store.FailWatches(new StoreException("disconnected") { IsUnavailable = true });
                store.Put(key, value);
                store.Compact(store.Revision);
                break;
            case Step.Progress:
                store.SendProgress();
                break;
            default:
                await Task.Delay(1);
                break;
        }
    }

    /// <summary>Applies the events, checking that each says something new, until the last key is there and all is in sync.</summary>
    private static async Task<Dictionary<string, string>> MirrorAsync(InMemoryStore store, CancellationToken cancellationToken)
    {
        var mirror = new Dictionary<string, string>();
        var versions = new Dictionary<string, long>();
        var isInSync = false;
        await foreach (var change in new Syncer(store, "/p/", NullLogger.Instance, new ImpatientTime()).RunAsync(cancellationToken))
        {
            switch (change)
            {
                case StoreEvent.Set set:
                    Assert.That(versions.GetValueOrDefault(set.KeyValue.Key), Is.LessThan(set.KeyValue.ModRevision), "told twice");
                    versions[set.KeyValue.Key] = set.KeyValue.ModRevision;
                    mirror[set.KeyValue.Key] = Encoding.UTF8.GetString(set.KeyValue.Value.Span);
                    break;
                case StoreEvent.Removed removed:
                    Assert.That(mirror.Remove(removed.Key), $"{removed.Key} was never there");
                    break;
                case StoreEvent.InSync:
                    isInSync = true;
                    break;
            }

            if (isInSync && mirror.ContainsKey(Last))
            {
                break;
            }
        }

        return mirror;
    }

    /// <summary>Real time in which every wait is over at once.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.FromMilliseconds(1), period);
    }
}
