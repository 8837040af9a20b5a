using System.Text;
using System.Text.RegularExpressions;
using Calico.Agent.Routing;
using Calico.Hosting;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Policy.Selectors;

namespace Calico.Agent.Options;

/// <summary>Turns texts into options. Collects every fault before it gives up, so that an operator corrects them in one go.</summary>
internal sealed partial class OptionsReader
{
    private readonly SettingReader _settings;

    private OptionsReader(Func<Setting, string?> given) => _settings = new SettingReader(given);

    /// <param name="given">The text of a setting, null or empty when it is not given.</param>
    /// <param name="variables">Names of all environment variables, to warn of those that mean nothing.</param>
    /// <exception cref="OptionsException">Something is malformed.</exception>
    public static AgentOptions Read(Func<Setting, string?> given, IEnumerable<string> variables)
    {
        var reader = new OptionsReader(given);
        var options = reader.ReadAll(variables);
        return reader._settings.Faults.Count == 0 ? options! : throw new OptionsException(reader._settings.Faults);
    }

    private AgentOptions? ReadAll(IEnumerable<string> variables)
    {
        var etcd = EtcdSettings.Read(_settings);
        var nodeName = NodeName();
        var kubernetes = Kubernetes(nodeName);
        var health = _settings.Flag(Settings.HealthEnabled) ? _settings.EndPoint(Settings.HealthHost, Settings.HealthPort) : null;
        var (ipv4, ipv6) = (
            Address(Settings.IPv4, Settings.IPv4Method, IpFamily.IPv4, kubernetes), Address(Settings.IPv6, Settings.IPv6Method, IpFamily.IPv6, kubernetes));
        var withPools = !_settings.Flag(Settings.NoDefaultPools);
        var pool4 = withPools ? Pool4() : null;
        var pool6 = withPools ? Pool6() : null;
        var prefixes = Prefixes();
        var (run, library) = (_settings.Text(Settings.RunDirectory), _settings.Text(Settings.LibraryDirectory));
        var options = new AgentOptions
        {
            Etcd = etcd!,
            WaitForDatastore = _settings.Flag(Settings.WaitForDatastore),
            NodeName = nodeName,
            IPv4 = ipv4!,
            IPv6 = ipv6!,
            AsNumber = As(),
            RouterId = RouterId(),
            RunsBird = _settings.OneOf(Settings.Backend, "bird", "none") == "bird",
            Pool4 = pool4,
            Pool6 = ipv6 is null or { IsNone: true } ? null : pool6,
            RunDirectory = run,
            LibraryDirectory = library,
            Reserve = _settings.Number(Settings.Reserve, 0, 64),
            Socket = _settings.TextOr(Settings.Socket, Path.Combine(run, "agent.sock")),
            NodeNameFile = _settings.TextOr(Settings.NodeNameFile, Path.Combine(library, "nodename")),
            MtuFile = _settings.TextOr(Settings.MtuFile, Path.Combine(library, "mtu")),
            Bird = new BirdPaths(_settings.Text(Settings.BirdBinary), run),
            InterfacePrefixes = prefixes,
            Dataplane = _settings.OneOf(Settings.Policy, "enforce", "off") == "off" ? null : Dataplane(prefixes),
            LogLevel = _settings.Severity(Settings.LogSeverity),
            Health = health,
            Metrics = _settings.Flag(Settings.MetricsEnabled) ? _settings.EndPoint(Settings.MetricsHost, Settings.MetricsPort) : null,
            SetsUpIPv6 = _settings.Flag(Settings.IPv6Support),
            MtuPattern = Pattern(Settings.MtuPattern),
            Kubernetes = kubernetes,
            Cni = ManagedCni(kubernetes),
            UnknownVariables = [.. variables.Where(IsUnknown).Order(StringComparer.Ordinal)],
        };
        CheckTogether(options);
        return _settings.Faults.Count == 0 ? options : null;
    }

    /// <summary>What each setting alone cannot tell.</summary>
    private void CheckTogether(AgentOptions options)
    {
        if (options is { IPv4: { IsNone: true }, IPv6: { IsNone: true }, RunsBird: true })
        {
            _settings.Fault("IP and IP6 are both none: a node needs an address to speak BGP; set one, or CALICO_NETWORKING_BACKEND=none");
        }

        CheckSocketPath(Settings.Socket, options.Socket);
        CheckSocketPath(Settings.RunDirectory, options.Bird.ControlSocket);
    }

    private static bool IsUnknown(string variable) =>
        variable.StartsWith(Settings.FelixPrefix, StringComparison.Ordinal) && Settings.All.All(setting => setting.Variable != variable);

    private void CheckSocketPath(Setting setting, string path)
    {
        const int KernelLimit = 107;
        if (Encoding.UTF8.GetByteCount(path) > KernelLimit)
        {
            _settings.Fault(setting, $"the socket's path {path} is longer than the {KernelLimit} bytes that the kernel takes");
        }
    }

    private string NodeName()
    {
        var name = _settings.TextOr(Settings.NodeName, Environment.MachineName.ToLowerInvariant());
        if (name.Any(c => char.IsWhiteSpace(c) || c == '/'))
        {
            _settings.Fault(Settings.NodeName, $"'{name}' holds white space or a slash");
        }

        return name;
    }

    private AddressChoice? Address(Setting setting, Setting methodSetting, IpFamily family, KubernetesOptions? kubernetes)
    {
        var method = kubernetes is not null && _settings.TextOr(methodSetting, "").Length == 0
            ? new DetectionMethod.KubernetesInternalIp(IsDefault: true)
            : _settings.Try(methodSetting, DetectionMethod.Parse);
        return method is null ? null : _settings.Try(setting, text => text switch
        {
            "none" => new AddressChoice(family, null, true, method),
            "autodetect" => new AddressChoice(family, null, false, method),
            _ when InterfaceAddress.TryParse(text, out var address) && address.Family == family => new AddressChoice(family, address, false, method),
            _ => throw new FormatException($"'{text}' is not an {family} address, autodetect or none"),
        });
    }

    private AsNumber? As() => _settings.Text(Settings.AsNumber).Length == 0 ? null : _settings.Try<AsNumber?>(
        Settings.AsNumber, text => AsNumber.TryParse(text, out var number) ? number : throw new FormatException($"'{text}' is not an AS number"));

    private string? RouterId() => _settings.Try(Settings.RouterId, text => text switch
    {
        "" => null,
        "hash" => text,
        _ when IpAddress.TryParse(text, out var id) && id.Family == IpFamily.IPv4 => text,
        _ => throw new FormatException($"'{text}' is not of the form 10.0.0.1, and not 'hash'"),
    });

    private PoolOptions Pool4() => new(
        IpFamily.IPv4,
        PoolCidr(Settings.Pool4Cidr, IpFamily.IPv4),
        _settings.Number(Settings.Pool4BlockSize, 20, 32),
        _settings.Flag(Settings.Pool4NatOutgoing),
        SelectorText(Settings.Pool4NodeSelector),
        _settings.Flag(Settings.Pool4DisableBgpExport),
        Mode(Settings.Pool4Ipip),
        Mode(Settings.Pool4Vxlan));

    private PoolOptions Pool6() => new(
        IpFamily.IPv6,
        PoolCidr(Settings.Pool6Cidr, IpFamily.IPv6),
        _settings.Number(Settings.Pool6BlockSize, 116, 128),
        _settings.Flag(Settings.Pool6NatOutgoing),
        SelectorText(Settings.Pool6NodeSelector),
        _settings.Flag(Settings.Pool6DisableBgpExport),
        null,
        Mode(Settings.Pool6Vxlan));

    private Cidr? PoolCidr(Setting setting, IpFamily family) => _settings.Try<Cidr?>(setting, text => text switch
    {
        "" => null,
        _ when Cidr.TryParse(text, out var cidr) && cidr.Family == family => cidr,
        _ => throw new FormatException($"'{text}' is not an {family} range such as {(family == IpFamily.IPv4 ? "192.168.0.0/16" : "fd00:1::/48")}"),
    });

    /// <summary>Upstream also takes Off for Never.</summary>
    private string Mode(Setting setting) => _settings.OneOf(setting, "Never", "Always", "CrossSubnet", "Off") is var mode && mode == "Off" ? "Never" : mode;

    private string SelectorText(Setting setting) => _settings.Try(
        setting, text => Selector.TryParse(text, out _) ? text : throw new FormatException($"'{text}' is not a selector such as all() or has(rack)")) ?? "";

    private List<string> Prefixes() => _settings.Try(Settings.InterfacePrefix, text =>
    {
        var prefixes = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        return prefixes.Count > 0 && prefixes.TrueForAll(prefix => prefix.Length <= 11 && prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            ? prefixes
            : throw new FormatException($"'{text}' is not a list of beginnings of device names");
    }) ?? [];

    private string Pattern(Setting setting) => _settings.Try(setting, text =>
    {
        try
        {
            _ = new Regex(text, RegexOptions.None, TimeSpan.FromSeconds(1));
            return text;
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"'{text}' is not a regular expression: {e.Message}", e);
        }
    }) ?? "";
}
