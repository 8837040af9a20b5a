using System.Threading.Channels;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Reserve;
using Calico.Model;
using Calico.Model.Resources;
using Calico.Store;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Api.Outage;

/// <summary>Away from the callers: notices that the store is back, tells it what the journal says, and keeps the reserve full.</summary>
public sealed class OutageRecovery
{
    /// <summary>Entries told in one go; about what one transaction takes.</summary>
    private const int Chunk = 20;

    private static readonly TimeSpan ProbeDeadline = TimeSpan.FromSeconds(3);

    private readonly OutageState _state;
    private readonly BatchRunner _commit;
    private readonly IKeyValueStore _store;
    private readonly string _node;
    private readonly OutageOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool _isDue = true;
    private bool _isGivenBack;
    private string _notFilled = "";

    public OutageRecovery(
        OutageState state, BatchRunner commit, IKeyValueStore store, string node, OutageOptions options, ILogger log, TimeProvider time)
    {
        (_state, _commit, _store, _node, _options, _log, _time) = (state, commit, store, node, options, log, time);
        _state.Changed = () => _wake.Writer.TryWrite(true);
    }

    /// <summary>A pool, a setting, a block or the reserve itself may have changed in the store.</summary>
    public void InputsChanged()
    {
        _state.Withdraw();
        _isDue = true;
        _wake.Writer.TryWrite(true);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var evenStuck = true;
        while (true)
        {
            var pause = await StepAsync(evenStuck, cancellationToken);
            try
            {
                evenStuck = false;
                await _wake.Reader.WaitToReadAsync(cancellationToken).AsTask().WaitAsync(pause, _time, cancellationToken);
                _wake.Reader.TryRead(out _);
            }
            catch (TimeoutException)
            {
                evenStuck = true;
            }
        }
    }

    /// <returns>After which time to come again, if nothing happens before.</returns>
    internal async Task<TimeSpan> StepAsync(bool evenStuck, CancellationToken cancellationToken)
    {
        try
        {
            if (_state.IsAway && !await IsBackAsync(cancellationToken))
            {
                return _options.ProbeInterval;
            }

            _state.Return();
            await TellAllAsync(evenStuck, cancellationToken);
            if ((_isDue || evenStuck) && !_isGivenBack)
            {
                await FillAsync(cancellationToken);
            }
        }
        catch (StoreException e) when (e.IsUnavailable)
        {
            _state.Leave();
            return _options.ProbeInterval;
        }
        catch (Exception e) when (e is StoreException or IpamException or IOException or UnauthorizedAccessException)
        {
            NotFilled(e.Message);
            return _options.RetryInterval;
        }

        return _state.Status.Journal > 0 ? _options.RetryInterval : _options.FillInterval;
    }

    private async Task<bool> IsBackAsync(CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(ProbeDeadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // Linearizable: answered only by an etcd that has its majority.
            await _store.RangeAsync(new RangeRequest(EtcdKeys.Resource(ResourceKind.ClusterInformation, "default")), either.Token);
            return true;
        }
        catch (Exception e) when (e is StoreException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task TellAllAsync(bool evenStuck, CancellationToken cancellationToken)
    {
        foreach (var chunk in _state.Pending(evenStuck).Chunk(Chunk))
        {
            await TellAsync(chunk, cancellationToken);
            _isDue = true;
        }
    }

    private async Task TellAsync((JournalEntry Entry, IpamRequest Request)[] chunk, CancellationToken cancellationToken)
    {
        try
        {
            var outcomes = await _commit([.. chunk.Select(each => each.Request)], cancellationToken);
            _state.Told([.. chunk.Zip(outcomes, (each, outcome) => (each.Entry, outcome))]);
        }
        catch (Exception e) when (e is not (StoreException { IsUnavailable: true } or IOException or OperationCanceledException))
        {
            // One entry must not hold up the others.
            if (chunk.Length == 1)
            {
                _state.Stuck(chunk[0].Entry, e.Message);
                return;
            }

            foreach (var each in chunk)
            {
                await TellAsync([each], cancellationToken);
            }
        }
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        _isDue = false;
        if (_options.Reserve == 0 && !await HoldsAnyAsync(cancellationToken))
        {
            // Most nodes never had a reserve: nothing of theirs must go the way of the ADDs, which wait for each other.
            _isGivenBack = true;
            return;
        }

        var outcomes = await _commit([new ReserveRequest(_node, _options.Reserve) { InUse = _state.InUse }], cancellationToken);
        if (outcomes[0].Reserve is { } content)
        {
            _state.Fill(content);
            _isGivenBack = _options.Reserve == 0;
            _log.Filled(content.Addresses.Length);
            _notFilled = "";
        }
        else
        {
            NotFilled(outcomes[0].Error!.Message);
        }
    }

    private async Task<bool> HoldsAnyAsync(CancellationToken cancellationToken) =>
        (await _store.RangeAsync(new RangeRequest(EtcdKeys.Handle(NodeReserve.HandleId(_node))), cancellationToken)).Single is not null;

    private void NotFilled(string problem)
    {
        if (_notFilled != problem && _options.Reserve > 0)
        {
            _notFilled = problem;
            _log.NotFilled(problem);
        }
    }
}
