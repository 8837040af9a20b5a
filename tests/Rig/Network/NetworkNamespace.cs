using System.Globalization;
using System.Runtime.InteropServices;
using Calico.Tests.Rig.Processes;

namespace Calico.Tests.Rig.Network;

/// <summary>A named network namespace (<c>ip netns</c>) that is deleted, with what runs in it, on disposal.</summary>
public sealed partial class NetworkNamespace : IAsyncDisposable
{
    private const int CloneNewNet = 0x40000000;

    private NetworkNamespace(string name)
    {
        Name = name;
        Kernel = new KernelState(this);
    }

    public string Name { get; }

    public string Path => PathOf(Name);

    public KernelState Kernel { get; }

    /// <summary>Makes a namespace with its loopback up, as a container runtime does.</summary>
    public static async Task<NetworkNamespace> CreateAsync(string purpose)
    {
        var result = new NetworkNamespace(RigRun.UniqueName(purpose));
        await new Command("ip", "netns", "add", result.Name).OutputAsync();
        await result.IpAsync("link set lo up");
        return result;
    }

    /// <summary>The command, to be run inside this namespace. nsenter replaces itself, so the child's process id is the command's own.</summary>
    public Command Enter(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return command with { File = "/usr/bin/nsenter", Arguments = [$"--net={Path}", "--", command.File, .. command.Arguments] };
    }

    public Task<CommandOutcome> RunAsync(string file, params IReadOnlyList<string> arguments) =>
        Enter(new Command(file, arguments)).RunAsync();

    /// <summary>Runs <c>ip</c> with these words here; throws if it fails.</summary>
    public async Task<string> IpAsync(string words) => (await TryIpAsync(words)).OrThrow().Stdout;

    public Task<CommandOutcome> TryIpAsync(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return new Command("ip", ["-n", Name, .. words.Split(' ')]).RunAsync();
    }

    /// <summary>
    /// Opens something bound to a namespace, such as a socket, inside this one. On a thread of its own, because a pool thread must
    /// not be moved to another namespace; what it opens may be used from anywhere afterwards.
    /// </summary>
    public T Open<T>(Func<T> open)
    {
        using var handle = File.OpenHandle(Path);
        T? result = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = SetNs((int)handle.DangerousGetHandle(), CloneNewNet) == 0
                    ? open()
                    : throw new InvalidOperationException($"setns to {Name} failed with errno {Marshal.GetLastPInvokeError()}");
            }
            catch (Exception e) when (e is InvalidOperationException or System.Net.Sockets.SocketException)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw failure;
    }

    public async ValueTask DisposeAsync() => await DeleteAsync(Name);

    internal static async Task DeleteAsync(string name)
    {
        var pids = (await new Command("ip", "netns", "pids", name).RunAsync()).Stdout;
        foreach (var pid in pids.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            await new Command("kill", "-KILL", int.Parse(pid, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)).RunAsync();
        }

        await new Command("ip", "netns", "delete", name).RunAsync();
    }

    private static string PathOf(string name) => $"/var/run/netns/{name}";

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(int fd, int type);
}
