using Calico.Agent.Dataplane;
using Calico.Agent.Host;
using Calico.Agent.Routing;
using Calico.Linux;
using Calico.Linux.Netlink;
using Calico.Linux.Netlink.Requests;
using Calico.Model.Net;
using Microsoft.Extensions.Logging;

namespace Calico.Agent.Purge;

/// <summary>
/// Takes everything of ours off this host: pods' devices with their routes, rules, sets, BIRD with its routes and files, the kernel
/// settings that were changed, the agent's own files. The datastore is left alone. What fails is named, and the rest goes on.
/// </summary>
internal sealed class HostPurge(PurgeOptions options, ILogger log, TimeProvider time)
{
    private readonly List<string> _removed = [];
    private readonly List<string> _left = [];

    /// <param name="cancellationToken">When it is time to end: what takes no waiting is done all the same.</param>
    public async Task<PurgeReport> RunAsync(CancellationToken cancellationToken)
    {
        // Devices before rules: a pod must not be without its policy for a moment.
        await PartAsync("pods' devices", DevicesAsync);
        var isBirdGone = await PartAsync("BIRD and its routes", () => BirdAsync(cancellationToken));
        await PartAsync("rules and IP sets", () => RulesAsync(cancellationToken));
        await PartAsync("kernel settings", SettingsAsync);
        await PartAsync("files", () => FilesAsync(isBirdGone ? options.Files : options.Files.Except(options.BirdFiles)));
        return new PurgeReport { DryRun = options.DryRun, Removed = _removed, Left = _left };
    }

    private async Task DevicesAsync()
    {
        foreach (var device in PodDevice.All(options.InterfacePrefixes))
        {
            await TryAsync($"device {device.Name} and its routes", () =>
            {
                using var kernel = RouteSocket.Open();
                kernel.DeleteLink(device.Index);
            });
        }
    }

    private async Task BirdAsync(CancellationToken cancellationToken)
    {
        var bird = new BirdPaths("", options.RunDirectory);
        if (!File.Exists(bird.ConfigFile))
        {
            return; // a BIRD on this host is another's, and so are its routes
        }

        if (File.Exists(bird.ControlSocket))
        {
            await TryAsync("the agent's BIRD", () => BirdDriver.StopAsync(bird.ControlSocket, cancellationToken));
        }

        using var kernel = RouteSocket.Open();
        foreach (var route in kernel.Routes(IpFamily.IPv4).Concat(kernel.Routes(IpFamily.IPv6)).Where(route => route.Protocol == Route.BirdProtocol))
        {
            await TryAsync($"route {route.Destination} by BIRD", () => kernel.Execute(new DeleteRoute(route) { AbsenceIsFine = true }));
        }
    }

    private async Task RulesAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var ours = await DataplaneFactory.OursAsync(cancellationToken);
        if (!options.DryRun)
        {
            _left.AddRange(await DataplaneFactory.PurgeAsync(log, time, cancellationToken));
        }

        _removed.AddRange(ours);
    }

    private async Task SettingsAsync()
    {
        foreach (var (path, value) in new PriorSettings(options.PriorSettingsFile).All())
        {
            await TryAsync($"kernel setting {path}: {value} as before", () => Sysctl.Write(path, value));
        }
    }

    private async Task FilesAsync(IEnumerable<string> files)
    {
        foreach (var file in files.Where(File.Exists))
        {
            await TryAsync($"file {file}", () => File.Delete(file));
        }
    }

    /// <returns>Whether nothing kept it from its end.</returns>
    private async Task<bool> PartAsync(string what, Func<Task> part)
    {
        try
        {
            await part();
            return true;
        }
        catch (OperationCanceledException)
        {
            _left.Add($"{what}: there was no time left");
        }
        catch (Exception e) when (IsExpected(e))
        {
            _left.Add($"{what}: {e.Message}");
        }

        return false;
    }

    private Task TryAsync(string what, Action action) => TryAsync(what, () =>
    {
        action();
        return Task.CompletedTask;
    });

    private async Task TryAsync(string what, Func<Task> action)
    {
        try
        {
            if (!options.DryRun)
            {
                await action();
            }

            _removed.Add(what);
        }
        catch (Exception e) when (IsExpected(e))
        {
            _left.Add($"{what}: {e.Message}");
        }
    }

    private static bool IsExpected(Exception e) => e is IOException or TimeoutException or UnauthorizedAccessException or NetlinkException;
}
