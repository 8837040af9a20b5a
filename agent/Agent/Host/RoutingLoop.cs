using Calico.Agent.Options;
using Calico.Agent.Routing;
using Calico.Agent.Status;
using Calico.Agent.Store;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Host;

/// <summary>Turns what the follower knows into BIRD's configuration whenever it changes, and sleeps in between.</summary>
internal sealed class RoutingLoop(AgentOptions options, StoreFollower follower, BirdDriver driver, StatusWriter status, ILogger log, TimeProvider time)
{
    /// <summary>Changes that come together make one configuration.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);
    private IReadOnlyList<RoutingProblem> _problems = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in follower.Changes.ReadAllAsync(cancellationToken))
        {
            await Task.Delay(Settling, time, cancellationToken);
            try
            {
                await RenderAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or TimeoutException or UnauthorizedAccessException)
            {
                AgentLog.RoutingFailed(log, RetryPause.TotalSeconds, e.Message);
                await Task.Delay(RetryPause, time, cancellationToken);
                follower.Again();
            }
        }
    }

    private async Task RenderAsync(CancellationToken cancellationToken)
    {
        var model = follower.Snapshot() with
        {
            RouterId = options.RouterId,
            InterfacePrefixes = options.InterfacePrefixes,
            LogFile = options.Bird.LogFile,
        };
        var config = BirdConfig.Render(model);
        Report(config.Problems);
        status.Changed(new RoutingSummary([.. model.Blocks.Select(block => block.ToString())], [.. config.Problems.Select(problem => problem.ToString())]));
        if (options.RunsBird && config.Text is { } text)
        {
            await driver.ApplyAsync(text, cancellationToken);
        }
    }

    private void Report(IReadOnlyList<RoutingProblem> problems)
    {
        foreach (var problem in problems.Except(_problems))
        {
            AgentLog.RoutingProblem(log, problem.ToString());
        }

        foreach (var problem in _problems.Except(problems))
        {
            AgentLog.RoutingProblemGone(log, problem.ToString());
        }

        _problems = problems;
    }
}
