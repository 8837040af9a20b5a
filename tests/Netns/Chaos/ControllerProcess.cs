using Calico.Tests.Rig;
using Calico.Tests.Rig.Network;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Netns.Chaos;

/// <summary><c>calico-controller run</c> in the fabric, as the collector of leaked addresses alone and with the shortest grace it takes.</summary>
internal sealed class ControllerProcess : IAsyncDisposable
{
    private readonly Command _command;
    private readonly List<string> _earlier = [];
    private Daemon _process;

    private ControllerProcess(Command command)
    {
        _command = command;
        _process = Daemon.Start(command);
    }

    public int Pid => _process.Pid;

    public bool IsRunning => _process.IsRunning;

    /// <summary>What every one of its lives has written.</summary>
    public IEnumerable<string> Log => _earlier.Concat(_process.Log);

    public static ControllerProcess Start(Fabric fabric, string etcdEndpoints, string kubeconfig) => new(fabric.Namespace.Enter(new Command(Binaries.Controller, "run")
    {
        Environment = new Dictionary<string, string>
        {
            ["ETCD_ENDPOINTS"] = etcdEndpoints,
            ["KUBECONFIG"] = kubeconfig,
            ["ENABLED_CONTROLLERS"] = "ipam",
            ["LEAK_GRACE_PERIOD"] = "10s",
            ["LEADER_ELECTION"] = "false",
            ["HEALTH_ENABLED"] = "false",
            ["METRICS_ENABLED"] = "false",
        },
    }));

    public Task KillAsync() => _process.KillAsync();

    public async Task RestartAsync()
    {
        _earlier.AddRange(_process.Log);
        await _process.DisposeAsync();
        _process = Daemon.Start(_command);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
