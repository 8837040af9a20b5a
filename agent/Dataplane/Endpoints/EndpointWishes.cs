using Calico.Agent.Calc.Input;
using Calico.Agent.Calc.Messages;
using Calico.Model.Net;

namespace Calico.Agent.Dataplane.Endpoints;

/// <summary>Which addresses the store places behind which device of this node. Thread-safe.</summary>
internal sealed class EndpointWishes
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ResourceId, WorkloadEndpointUpdate> _endpoints = [];
    private readonly HashSet<string> _changed = [];
    private bool _isInSync;

    /// <summary>Nothing may be put right before: what is not known yet looks as if it were gone.</summary>
    public bool IsInSync
    {
        get
        {
            lock (_lock)
            {
                return _isInSync;
            }
        }
    }

    public IReadOnlyCollection<string> Devices
    {
        get
        {
            lock (_lock)
            {
                return [.. _endpoints.Values.Select(endpoint => endpoint.InterfaceName).Distinct()];
            }
        }
    }

    /// <summary>True when something changed that has to do with devices.</summary>
    public bool OnMessage(DataplaneMessage message)
    {
        lock (_lock)
        {
            switch (message)
            {
                case WorkloadEndpointUpdate endpoint:
                    return Set(endpoint);
                case WorkloadEndpointRemove { Id: var id } when _endpoints.Remove(id, out var gone):
                    _changed.Add(gone.InterfaceName);
                    return true;
                case InSync:
                    _isInSync = true;
                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>The devices whose endpoint changed or left the store since the last time.</summary>
    public IReadOnlyCollection<string> TakeChanged()
    {
        lock (_lock)
        {
            string[] changed = [.. _changed];
            _changed.Clear();
            return changed;
        }
    }

    /// <summary>The addresses behind a device, each as its /32 or /128; empty if no endpoint has the device; wider nets get no route.</summary>
    public IReadOnlyCollection<Cidr> Of(string device)
    {
        lock (_lock)
        {
            return [.. _endpoints.Values.Where(endpoint => endpoint.InterfaceName == device)
                .SelectMany(endpoint => endpoint.Networks).Where(net => net.IsSingleAddress).Distinct()];
        }
    }

    public bool HasEndpoint(string device)
    {
        lock (_lock)
        {
            return _endpoints.Values.Any(endpoint => endpoint.InterfaceName == device);
        }
    }

    /// <summary>The device behind which the store places this address; null if none.</summary>
    public string? DeviceOf(Cidr address)
    {
        lock (_lock)
        {
            return _endpoints.Values.FirstOrDefault(endpoint => endpoint.Networks.Contains(address))?.InterfaceName;
        }
    }

    private bool Set(WorkloadEndpointUpdate endpoint)
    {
        var before = _endpoints.GetValueOrDefault(endpoint.Id);
        _endpoints[endpoint.Id] = endpoint;
        if (before?.InterfaceName == endpoint.InterfaceName && before.Networks == endpoint.Networks)
        {
            return false; // its policy changed
        }

        _changed.Add(endpoint.InterfaceName);
        if (before is not null)
        {
            _changed.Add(before.InterfaceName);
        }

        return true;
    }
}
