using System.IO.Compression;

namespace Calico.Ctl.Nodes;

/// <summary>What is to be known of a host's kernel to judge it.</summary>
/// <param name="Release">As <c>uname -r</c> prints it.</param>
/// <param name="Modules">Names of the modules that are loaded, built in, or can be loaded; with underscores.</param>
/// <param name="KnowsAllModules">The files of the kernel's modules, or its configuration, were there, so a module that is not among them does not exist.</param>
/// <param name="Settings">Kernel settings by their path below /proc/sys; absent where the kernel has none.</param>
internal sealed record KernelFacts(string Release, IReadOnlySet<string> Modules, bool KnowsAllModules, IReadOnlyDictionary<string, string> Settings)
{
    public static IReadOnlyList<string> SettingNames { get; } =
    [
        "net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding", "net/ipv6/conf/all/disable_ipv6", "net/ipv4/conf/all/rp_filter", "net/netfilter/nf_conntrack_max", "net/bridge/bridge-nf-call-iptables",
    ];

    /// <summary>Reads them of this host.</summary>
    public static KernelFacts Read()
    {
        var release = TryRead("/proc/sys/kernel/osrelease") ?? "";
        var directory = Path.Combine("/lib/modules", release);
        List<string?> files = [TryRead(Path.Combine(directory, "modules.builtin")), TryRead(Path.Combine(directory, "modules.dep"))];
        var loaded = (TryRead("/proc/modules") ?? "").Split('\n').Select(line => line.Split(' ')[0]);
        var configured = KernelConfig.Modules(ReadConfig(release));
        var installed = files.OfType<string>().SelectMany(text => text.Split('\n')).Select(line => NameOf(line.Split(':')[0]));
        return new KernelFacts(
            release,
            loaded.Concat(installed).Concat(configured ?? []).Where(name => name.Length > 0).ToHashSet(StringComparer.Ordinal),
            files.All(text => text is not null) || configured is not null,
            SettingNames.Select(name => (name, Value: TryRead(Path.Combine("/proc/sys", name)))).Where(pair => pair.Value is not null).ToDictionary(pair => pair.name, pair => pair.Value!));
    }

    /// <summary>kernel/net/netfilter/xt_set.ko.xz is xt_set.</summary>
    private static string NameOf(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        var end = name.IndexOf(".ko", StringComparison.Ordinal);
        return (end < 0 ? name : name[..end]).Replace('-', '_');
    }

    /// <summary>The configuration the kernel was built with, where it is kept; null if nowhere.</summary>
    private static string? ReadConfig(string release)
    {
        try
        {
            using var zip = new GZipStream(File.OpenRead("/proc/config.gz"), CompressionMode.Decompress);
            using var text = new StreamReader(zip);
            return text.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return TryRead($"/boot/config-{release}");
        }
    }

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
