using Calico.Model.Net;

namespace Calico.Tests.Netns.Runtimes;

/// <summary>podman attaches containers by its CNI back end with the same conflist.</summary>
[CancelAfter(180_000)]
internal sealed class PodmanTests
{
    private const string Container = "box";

    [Test]
    public async Task A_container_of_podman_gets_its_address_talks_to_another_host_and_leaves_nothing()
    {
        await using var cluster = await RuntimeCluster.StartAsync();
        await using var podman = await PodmanEngine.CreateAsync(cluster);
        if (await podman.CannotRunAsync() is { } reason)
        {
            Assert.Ignore(reason);
        }

        await podman.StartContainerAsync(Container, RuntimeCluster.Network);
        var address = IpAddress.Parse(await podman.InspectAsync(Container, "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"));
        var endpoint = (await cluster.EndpointsAsync()).Single();
        Assert.That(endpoint.Addresses, Has.Member(address));
        Assert.That(await cluster.Host.Kernel.PodDevicesAsync(), Is.EqualTo((string[])[endpoint.Device]));

        await cluster.ConnectsAsync(address, async to =>
            (await podman.ExecuteAsync(Container, BusyboxImage.Program, "ping", "-c", "1", "-W", "1", to.ToString())).Succeeded);

        await podman.RemoveContainerAsync(Container);
        await cluster.IsEmptyAsync();
    }
}
