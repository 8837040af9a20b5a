using System.Collections.Immutable;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>
/// One execution of an actor. It runs on the caller's thread until it asks the world for something, and goes on when it is answered. It knows no
/// time but that of its last answer.
/// </summary>
internal sealed class ActorRun : TimeProvider
{
    private readonly Task _task;
    private readonly StoreMutation _mutation;
    private ImmutableArray<Func<Facts, Facts>> _events = [];
    private TaskCompletionSource<object?>? _waiting;
    private DateTimeOffset _now;
    private string? _position;

    public ActorRun(Actor actor, int index, DateTimeOffset start, StoreMutation mutation)
    {
        Index = index;
        _now = start;
        _mutation = mutation;
        _task = actor.Script(this);
    }

    public int Index { get; }

    /// <summary>What it asks for now; null when it has ended.</summary>
    public Call? Next { get; private set; }

    /// <summary>Not an expected end: the actor's own code failed.</summary>
    public Exception? Failure => _task.Exception?.InnerException;

    /// <summary>What it did to the world beside the store since its last answer.</summary>
    public ImmutableArray<Func<Facts, Facts>> Events => _events;

    /// <summary>Where in its script it is, when nothing from before matters to it any more.</summary>
    public string? Position => _position;

    public ActorStore Store(bool keepsSnapshots = false) => new(this, _mutation, keepsSnapshots);

    public async Task<T> AskAsync<T>(Call call)
    {
        // A continuation runs inside SetResult: whoever answers has the next call, or the end, when that returns.
        _waiting = new TaskCompletionSource<object?>();
        Next = call;
        return (T)(await _waiting.Task)!;
    }

    /// <summary>A step of its own that changes what is outside of the store.</summary>
    public Task<bool> ChangeAsync(string label, Func<Facts, Facts> change, Func<World, bool>? when = null) => AskAsync<bool>(
        new Call(() => label, 0, (world, _) => new Effect(world with { Facts = change(world.Facts) }, true, UInt128.Zero)) { IsEnabled = when ?? (_ => true) });

    /// <summary>A step of its own that looks at what is outside of the store.</summary>
    /// <param name="digest">Equal for equal answers.</param>
    public Task<T> LookAsync<T>(string label, Func<Facts, T> look, Func<T, string> digest) => AskAsync<T>(new Call(() => label, 0, (world, _) =>
    {
        var seen = look(world.Facts);
        return new Effect(world, seen, Digest.Of(digest(seen)));
    }));

    /// <summary>Happens together with the answer that came last.</summary>
    public void Note(Func<Facts, Facts> change) => _events = _events.Add(change);

    /// <summary>From here on the actor remembers nothing: whatever led here, it goes on alike.</summary>
    public void Forget(string position) => _position = position;

    public void Deliver(Answer answer)
    {
        var waiting = _waiting ?? throw new InvalidOperationException("nothing was asked");
        (_waiting, Next, _events, _position, _now) = (null, null, [], null, answer.Now);
        if (answer.Error is { } error)
        {
            waiting.SetException(error);
        }
        else
        {
            waiting.SetResult(answer.Value);
        }

        if (Next is null && !_task.IsCompleted)
        {
            throw new InvalidOperationException("the actor waits for something that is no call of the world");
        }
    }

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    /// <summary>No deadline passes: time is a step of the run like any other.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
