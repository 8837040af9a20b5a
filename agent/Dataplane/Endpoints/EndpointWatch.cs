using Calico.Linux.Netlink;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Dataplane.Endpoints;

/// <summary>Which devices are to be looked at, and when. One thread uses it.</summary>
internal sealed class EndpointWatch(EndpointWishes wishes, DataplaneOptions options, Action hostAddressChanged, ILogger log, TimeProvider time)
{
    private static readonly TimeSpan FullPeriod = TimeSpan.FromSeconds(90);
    private readonly Dictionary<string, long> _due = [];
    private readonly Dictionary<int, string> _devices = [];
    private long _lastFull = time.GetTimestamp();
    private bool _wasInSync;

    public void OnEvents(IReadOnlyList<RouteEvent> events)
    {
        foreach (var told in events)
        {
            switch (told)
            {
                case LinkEvent link:
                    OnLink(link);
                    break;
                case RouteChangeEvent route when DeviceOf(route) is { } device:
                    IsDue(device);
                    break;
                case AddressEvent address when !_devices.ContainsKey(address.Address.IfIndex):
                    hostAddressChanged();
                    break;
                case ResyncEvent:
                    EndpointLog.EventsLost(log);
                    AllIsDue();
                    hostAddressChanged();
                    break;
            }
        }
    }

    /// <summary>How long nothing is to be done if nothing happens.</summary>
    /// <param name="settle">Between the first reason to look at a device and the look.</param>
    public TimeSpan UntilNext(TimeSpan settle)
    {
        if (!wishes.IsInSync)
        {
            return FullPeriod;
        }

        var untilFull = FullPeriod - time.GetElapsedTime(_lastFull);
        var untilDue = _due.Count > 0 ? settle - time.GetElapsedTime(_due.Values.Min()) : untilFull;
        var next = untilDue < untilFull ? untilDue : untilFull;
        return next > TimeSpan.Zero ? next : TimeSpan.Zero;
    }

    /// <summary>The devices whose time has come; none before the first in-sync.</summary>
    /// <inheritdoc cref="UntilNext" path="/param"/>
    public IReadOnlyList<string> TakeDue(TimeSpan settle)
    {
        if (!wishes.IsInSync)
        {
            return [];
        }

        foreach (var device in wishes.TakeChanged())
        {
            IsDueAfresh(device);
        }

        if (!_wasInSync || time.GetElapsedTime(_lastFull) >= FullPeriod)
        {
            _wasInSync = true;
            AllIsDue();
        }

        List<string> taken = [.. _due.Where(due => time.GetElapsedTime(due.Value) >= settle).Select(due => due.Key)];
        taken.ForEach(device => _due.Remove(device));
        return taken;
    }

    public void AllIsDue()
    {
        _lastFull = time.GetTimestamp();
        foreach (var device in wishes.Devices)
        {
            IsDue(device);
        }
    }

    /// <summary>Look again, so much later than usually.</summary>
    public void IsDueAgain(string device, TimeSpan later) => _due[device] = time.GetTimestamp() + (long)(later.TotalSeconds * time.TimestampFrequency);

    private void IsDue(string device) => _due.TryAdd(device, time.GetTimestamp());

    /// <summary>The plugin is at work there: a look that is due since the last container's DEL would come too soon for the next one's ADD.</summary>
    private void IsDueAfresh(string device) => _due[device] = time.GetTimestamp();

    private void OnLink(LinkEvent told)
    {
        if (!options.IsWorkloadInterface(told.Link.Name))
        {
            return;
        }

        if (told.IsGone)
        {
            _devices.Remove(told.Link.Index);
            return;
        }

        var isNew = !_devices.TryGetValue(told.Link.Index, out var name) || name != told.Link.Name;
        _devices[told.Link.Index] = told.Link.Name;
        if (!wishes.HasEndpoint(told.Link.Name))
        {
            return;
        }

        if (isNew)
        {
            IsDueAfresh(told.Link.Name);
        }
        else
        {
            IsDue(told.Link.Name);
        }
    }

    /// <summary>The endpoint's device that a change of a route is about: of one of its addresses, wherever it leads now.</summary>
    private string? DeviceOf(RouteChangeEvent told)
    {
        if (told.Route is not { Table: Route.MainTable, Destination.IsSingleAddress: true } || wishes.DeviceOf(told.Route.Destination) is not { } device)
        {
            return null;
        }

        // What is set where it belongs needs no look: it is the plugin's, or our own.
        return !told.IsGone && _devices.TryGetValue(told.Route.OutIfIndex, out var name) && name == device ? null : device;
    }
}
