using Microsoft.Extensions.Logging;

namespace Calico.Agent.Routing;

/// <summary>Looks at BIRD's sessions now and then, and logs each that came up or went down, with the cause.</summary>
internal sealed class SessionWatch(string controlSocket, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan WhileAnyIsDown = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WhileAllAreUp = TimeSpan.FromSeconds(30);
    private Dictionary<string, SessionStatus> _seen = [];

    public IReadOnlyList<SessionStatus> Sessions { get; private set; } = [];

    /// <summary>Runs until cancelled, which is its normal end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var pause = TimeSpan.FromSeconds(2);
            while (true)
            {
                await Task.Delay(pause, time, cancellationToken);
                await LookAsync(cancellationToken);
                pause = Sessions.All(session => session.IsEstablished) ? WhileAllAreUp : WhileAnyIsDown;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Sessions = [];
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            Sessions = await BirdDriver.ReadSessionsAsync(controlSocket, cancellationToken);
        }
        catch (IOException e)
        {
            RoutingLog.StatusFailed(log, e.Message);
            return;
        }

        foreach (var session in Sessions)
        {
            var before = _seen.GetValueOrDefault(session.Name);
            if (session.IsEstablished && before?.IsEstablished != true)
            {
                RoutingLog.SessionUp(log, session.Name, session.Origin, session.PeerAddress);
            }
            else if (!session.IsEstablished && (before is null || before.IsEstablished || before.Cause != session.Cause))
            {
                RoutingLog.SessionDown(log, session.Name, session.Origin, session.State, session.Cause);
            }
        }

        _seen = Sessions.ToDictionary(session => session.Name);
    }
}
