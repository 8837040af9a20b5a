using Calico.Cni.Protocol;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Api;

/// <summary>Serves one request: in its turn among those of the same container, within the deadline, and always with a reply.</summary>
/// <param name="handle">What the call means (IpamDelegate).</param>
/// <param name="readiness">Null when policy is not enforced: no attachment waits for it.</param>
internal sealed class RequestServer(
    AgentServerOptions options,
    Func<PluginRequest, CancellationToken, Task<CniResult?>> handle,
    IDeviceReaper reaper,
    IEndpointReadiness? readiness,
    ILogger log,
    TimeProvider time)
{
    /// <summary>What the second question of an ADD is called in the log.</summary>
    private const string Wait = "the wait for policy of ADD";

    private readonly ArrivalOrder _order = new();

    /// <summary>
    /// Serves a request. Its place in the queue of its container is taken before this method returns its task.
    /// </summary>
    /// <param name="isCallerGone">Asked when its turn comes.</param>
    /// <returns>The reply; null when the caller is gone and nothing was begun.</returns>
    public async Task<AgentReply?> ServeAsync(AgentRequest request, Func<bool> isCallerGone, CancellationToken cancellationToken)
    {
        AgentReply? reply = null;
        var plugin = request.Plugin;
        if (request.Ready is { } question)
        {
            // Not in the queue of its container: a DEL must not wait for it.
            return await HandleAsync(plugin, Wait, token => WaitAsync(plugin, question, token), cancellationToken);
        }

        await _order.RunAsync($"{plugin.ContainerId}/{plugin.IfName}", async () =>
        {
            // The runtime kills an ADD and then sends DEL. An ADD that waited behind that DEL would hold an address for ever.
            if (plugin.Command == CniCommand.Add && isCallerGone())
            {
                log.CallerGone(plugin.Command.ToText(), plugin.ContainerId, plugin.IfName);
                return;
            }

            reply = await HandleAsync(plugin, plugin.Command.ToText(), token => handle(plugin, token), cancellationToken);
            if (plugin.Command == CniCommand.Add && reply.Result is { } result && readiness is not null)
            {
                reply = reply with { PendingRevision = readiness.PendingRevision(plugin, result) };
            }
        });
        return reply;
    }

    /// <summary>The work that a caller need not wait for, once it has its reply.</summary>
    public void AfterReply(AgentRequest request, AgentReply reply)
    {
        var plugin = request.Plugin;
        if (plugin.Command == CniCommand.Del && request.HostIfIndex > 0 && reply.Error is null)
        {
            var network = NetConf.Parse(plugin.Conf.Span).Name;
            reaper.Reap(request.HostIfIndex, CniIdentity.Of(plugin, network, CniArguments.Parse(plugin.Args)).HostInterface());
        }
    }

    private async Task<CniResult?> WaitAsync(PluginRequest plugin, ReadyQuestion question, CancellationToken cancellationToken)
    {
        if (readiness is not null && !await readiness.WaitAsync(plugin, question, cancellationToken))
        {
            throw new CniException(
                CniErrorCode.TryAgainLater,
                $"the policy of {plugin.IfName} in container {plugin.ContainerId} is not in the kernel after {question.TimeoutSeconds} s; its packets are dropped until it is",
                "calico-agent status says what holds it up");
        }

        return null;
    }

    private async Task<AgentReply> HandleAsync(
        PluginRequest plugin, string verb, Func<CancellationToken, Task<CniResult?>> serve, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(options.ServeDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        CniException error;
        try
        {
            var result = await serve(either.Token);
            log.Served(verb, plugin.ContainerId, plugin.IfName, Milliseconds(started));
            return new AgentReply(result, null);
        }
        catch (CniException e)
        {
            error = e;
        }
        catch (OperationCanceledException e)
        {
            error = new CniException(
                CniErrorCode.TryAgainLater,
                cancellationToken.IsCancellationRequested
                    ? $"calico-agent stopped before {verb} was done"
                    : $"calico-agent has not done {verb} within {options.ServeDeadline.TotalSeconds} s",
                "",
                e);
        }
        catch (Exception e)
        {
            log.Broken(e, verb, plugin.ContainerId, plugin.IfName);
            error = new CniException(
                CniErrorCode.Internal, $"calico-agent met an unexpected {e.GetType().Name}", "the log of calico-agent has the particulars", e);
        }

        log.Refused(verb, plugin.ContainerId, plugin.IfName, Milliseconds(started), (int)error.Code, error.Message);
        return new AgentReply(null, error);
    }

    private double Milliseconds(long started) => time.GetElapsedTime(started).TotalMilliseconds;
}
