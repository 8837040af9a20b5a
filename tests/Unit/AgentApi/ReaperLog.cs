using System.Collections.Concurrent;
using Calico.Agent.Api;

namespace Calico.Tests.Unit.AgentApi;

internal sealed class ReaperLog : IDeviceReaper
{
    private readonly ConcurrentQueue<(int IfIndex, string Name)> _devices = new();

    public IEnumerable<(int IfIndex, string Name)> Devices => _devices;

    public void Reap(int ifIndex, string name) => _devices.Enqueue((ifIndex, name));
}
