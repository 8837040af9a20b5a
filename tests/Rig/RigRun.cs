using System.Globalization;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Rig;

/// <summary>
/// What this process makes on the machine carries this process' id in its name, so that the next run can tell the leftovers of a
/// killed run from the things of one that still lives, and sweeps only the former.
/// </summary>
public static class RigRun
{
    private const string Prefix = "calico-rig-";
    private static int _sequence;

    /// <summary>A name no one else uses, for a namespace or a directory.</summary>
    public static string UniqueName(string purpose) => string.Create(
        CultureInfo.InvariantCulture, $"{Prefix}{System.Environment.ProcessId}-{Interlocked.Increment(ref _sequence)}-{purpose}");

    public static string CreateDirectory(string purpose) =>
        Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), UniqueName(purpose))).FullName;

    /// <summary>Removes namespaces (with the processes in them) and directories of runs whose process is gone.</summary>
    public static async Task SweepLeftoversAsync()
    {
        foreach (var name in Entries("/var/run/netns").Where(IsLeftover))
        {
            await Network.NetworkNamespace.DeleteAsync(name);
        }

        foreach (var name in Entries(Path.GetTempPath()).Where(IsLeftover))
        {
            Directory.Delete(Path.Combine(Path.GetTempPath(), name), recursive: true);
        }
    }

    /// <summary>Why the rig cannot be built here, or null when it can.</summary>
    public static async Task<string?> MissingAsync()
    {
        if (System.Environment.UserName != "root")
        {
            return "network namespaces need root";
        }

        foreach (var tool in (string[])["ip", "nsenter", "ping", "etcd", "etcdctl", "bird", "birdc", "tcpdump"])
        {
            if (!(await new Command("sh", "-c", $"command -v {tool}").RunAsync()).Succeeded)
            {
                return $"'{tool}' is not installed (./build.sh installs it)";
            }
        }

        await using var probe = await Network.NetworkNamespace.CreateAsync("probe");
        var veth = await probe.TryIpAsync("link add name probe0 type veth peer name probe1");
        return veth.Succeeded ? null : $"the kernel makes no veth: {veth.Stderr.Trim()}";
    }

    private static IEnumerable<string> Entries(string directory) =>
        Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory).Select(path => Path.GetFileName(path)) : [];

    private static bool IsLeftover(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(name[Prefix.Length..].Split('-')[0], CultureInfo.InvariantCulture, out var pid)
        && !Directory.Exists($"/proc/{pid}");
}
