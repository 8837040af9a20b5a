using System.Threading.Channels;
using Calico.Agent.Api;
using Calico.Agent.Store;
using Calico.Linux.Netlink;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Host;

/// <summary>
/// Deletes devices of released pods one at a time, in order, away from the callers. What an agent that was killed did not get to is found
/// when the next one starts (<see cref="Sweep"/>).
/// </summary>
internal sealed class DeviceReaper(ILogger log) : IDeviceReaper
{
    private const int MaxWaiting = 4096;
    private readonly Channel<(int IfIndex, string Name)> _waiting = Channel.CreateBounded<(int, string)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    public void Reap(int ifIndex, string name)
    {
        if (!_waiting.Writer.TryWrite((ifIndex, name)))
        {
            AgentLog.DeviceNotDeleted(log, name, "too many wait to be deleted; the next start of the agent finds it");
        }
    }

    /// <summary>Takes no more; <see cref="RunAsync"/> ends when what waits is done.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var (ifIndex, name) in _waiting.Reader.ReadAllAsync(cancellationToken))
        {
            Delete(ifIndex, name);
        }
    }

    /// <summary>Deletes what a DEL left when the agent was killed behind it: such a device is down, for DEL stops the traffic first.</summary>
    /// <param name="devices">Listed before the endpoints were read: an endpoint is older than its device, so one without is released.</param>
    public void Sweep(IReadOnlyList<PodDevice> devices, LocalEndpoints endpoints)
    {
        foreach (var device in devices.Where(device => !endpoints.HasInterface(device.Name)))
        {
            if (device.IsUp)
            {
                AgentLog.DeviceUnknown(log, device.Name);
            }
            else
            {
                AgentLog.DeviceStale(log, device.Name);
                Reap(device.Index, device.Name);
            }
        }
    }

    private void Delete(int ifIndex, string name)
    {
        try
        {
            using var kernel = RouteSocket.Open();
            // A device that is up again was taken over by an ADD that repeats the attachment: it lives.
            if (kernel.FindLink(ifIndex) is { IsUp: false } link && link.Name == name)
            {
                kernel.DeleteLink(ifIndex);
                AgentLog.DeviceDeleted(log, name);
            }
        }
        catch (NetlinkException e)
        {
            AgentLog.DeviceNotDeleted(log, name, e.Message);
        }
    }
}
