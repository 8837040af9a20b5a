using Calico.Model.Net;
using Calico.Tests.Netns.Runtimes.Cri;

namespace Calico.Tests.Netns.Runtimes;

/// <summary>containerd attaches pods by its own libcni with our conflist, driven as the kubelet drives it.</summary>
[CancelAfter(180_000)]
internal sealed class ContainerdTests
{
    [Test]
    public async Task A_pod_of_containerd_gets_its_address_talks_to_another_host_and_leaves_nothing()
    {
        await using var cluster = await RuntimeCluster.StartAsync();
        await using var containerd = await ContainerdServer.StartAsync(cluster);
        if (await containerd.CannotRunAsync() is { } reason)
        {
            Assert.Ignore(reason);
        }

        var config = new PodSandboxConfig
        {
            Metadata = new PodSandboxMetadata { Name = "web-0", Namespace = "shop", Uid = Guid.NewGuid().ToString() },
            Hostname = "web-0",
            LogDirectory = Path.Combine(cluster.Directory, "logs"),
        };
        var sandbox = await containerd.RunSandboxAsync(config);
        var address = IpAddress.Parse((await containerd.Cri.PodSandboxStatusAsync(sandbox)).Status.Network.Ip);
        var endpoint = (await cluster.EndpointsAsync()).Single();
        Assert.That(endpoint.Addresses, Has.Member(address));
        Assert.That(await cluster.Host.Kernel.PodDevicesAsync(), Is.EqualTo((string[])[endpoint.Device]));

        var container = await StartContainerAsync(containerd.Cri, sandbox, config);
        await cluster.ConnectsAsync(address, to => PingAsync(containerd.Cri, container, to));

        await containerd.RemoveSandboxAsync(sandbox);
        await cluster.IsEmptyAsync();
    }

    private static async Task<string> StartContainerAsync(CriClient cri, string sandbox, PodSandboxConfig config)
    {
        var container = new ContainerConfig
        {
            Metadata = new ContainerMetadata { Name = "main" },
            Image = new ImageSpec { Image = BusyboxImage.Name },
            Command = { BusyboxImage.Program, "sleep", "3600" },
        };
        var id = (await cri.CreateContainerAsync(new CreateContainerRequest { PodSandboxId = sandbox, Config = container, SandboxConfig = config })).ContainerId;
        await cri.StartContainerAsync(id);
        return id;
    }

    private static async Task<bool> PingAsync(CriClient cri, string container, IpAddress to) =>
        (await cri.ExecSyncAsync(container, BusyboxImage.Program, "ping", "-c", "1", "-W", "1", to.ToString())).ExitCode == 0;
}
