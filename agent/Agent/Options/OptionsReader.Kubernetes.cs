using Calico.Agent.Install;
using Calico.Hosting;

namespace Calico.Agent.Options;

/// <summary>The settings for a node of Kubernetes.</summary>
internal sealed partial class OptionsReader
{
    private const string EtcdCaName = "etcd-ca";
    private const string EtcdCertName = "etcd-cert";
    private const string EtcdKeyName = "etcd-key";

    /// <exception cref="OptionsException">Something is malformed.</exception>
    public static InstallOptions ReadInstall(Func<Setting, string?> given)
    {
        var reader = new OptionsReader(given);
        var kubernetes = reader.Api(reader.NodeName());
        var cni = reader.HostFiles() with
        {
            SourceDirectory = reader._settings.Text(Settings.CniSourceDirectory),
            Template = reader.Template(),
            Values = reader.TemplateValues(kubernetes, reader._settings.Text(Settings.CniNetDirectory)),
            SkippedBinaries = reader._settings.Text(Settings.SkipCniBinaries).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            UpdatesBinaries = reader._settings.Flag(Settings.UpdateCniBinaries),
        };
        var level = reader._settings.Severity(Settings.LogSeverity);
        return reader._settings.Faults.Count == 0 ? new InstallOptions(cni, kubernetes, level) : throw new OptionsException(reader._settings.Faults);
    }

    /// <summary>Null when no API is to be asked.</summary>
    private KubernetesOptions? Kubernetes(string nodeName) => Api(_settings.TextOr(Settings.NodeRef, nodeName)) is { } api
        ? api with { DaemonSet = _settings.Text(Settings.DaemonSet), EtcdDaemonSet = _settings.Text(Settings.EtcdDaemonSet) }
        : null;

    private KubernetesOptions? Api(string nodeRef)
    {
        var (kubeconfig, host) = (_settings.Text(Settings.Kubeconfig), _settings.Text(Settings.ServiceHost));
        return _settings.OneOf(Settings.Kubernetes, "auto", "none") == "none" || (kubeconfig.Length == 0 && host.Length == 0) ? null : new KubernetesOptions
        {
            Kubeconfig = kubeconfig,
            ServiceHost = host,
            ServicePort = _settings.Text(Settings.ServicePort),
            NodeRef = nodeRef,
        };
    }

    /// <summary>What the running agent does with the host's files; null when it does nothing.</summary>
    private CniOptions? ManagedCni(KubernetesOptions? kubernetes)
    {
        if (!_settings.Flag(Settings.ManageCni))
        {
            return null;
        }

        if (kubernetes is null or { Kubeconfig.Length: > 0 })
        {
            _settings.Fault(Settings.ManageCni, "the kubeconfig of the plugin can only be made inside a cluster, where the kubelet gives a service account: unset it, or unset KUBECONFIG and CALICO_KUBERNETES");
            return null;
        }

        return HostFiles();
    }

    /// <summary>What install and the running agent both know of the host's files.</summary>
    private CniOptions HostFiles() => new()
    {
        BinDirectory = _settings.Text(Settings.CniBinMount),
        NetDirectory = _settings.Text(Settings.CniNetMount),
        LibraryDirectory = _settings.Text(Settings.LibraryDirectory),
        ConfName = _settings.Try(Settings.CniConfName, text => text == Path.GetFileName(text) && Path.GetExtension(text) is ".conflist" or ".conf"
            ? text
            : throw new FormatException($"'{text}' is not a file name that ends in .conflist or .conf")) ?? "",
        ServiceAccount = _settings.Text(Settings.CniServiceAccount),
        TlsFiles = [.. TlsFiles()],
        LeavesConfToAgent = _settings.Flag(Settings.ManageCni),
    };

    private string Template()
    {
        var text = _settings.Text(Settings.CniNetworkConfig);
        return text.Length > 0 ? text : _settings.Try(Settings.CniNetworkConfigFile, path =>
        {
            try
            {
                return path.Length == 0 ? "" : File.ReadAllText(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new FormatException(e.Message, e);
            }
        }) ?? "";
    }

    private Dictionary<string, string> TemplateValues(KubernetesOptions? kubernetes, string netOnHost) => new()
    {
        ["KUBERNETES_NODE_NAME"] = _settings.TextOr(Settings.CniNodeName, NodeName()),
        ["KUBECONFIG_FILEPATH"] = kubernetes is null ? "" : CniOptions.KubeconfigOn(netOnHost),
        ["CNI_MTU"] = _settings.Text(Settings.CniMtu),
        ["ETCD_ENDPOINTS"] = _settings.Text(EtcdSettings.Endpoints),
        ["ETCD_CA_CERT_FILE"] = OnHost(Settings.CniEtcdCa, EtcdSettings.CaCertFile, netOnHost, EtcdCaName),
        ["ETCD_CERT_FILE"] = OnHost(Settings.CniEtcdCert, EtcdSettings.CertFile, netOnHost, EtcdCertName),
        ["ETCD_KEY_FILE"] = OnHost(Settings.CniEtcdKey, EtcdSettings.KeyFile, netOnHost, EtcdKeyName),
        ["ASSIGN_IPV4"] = Assigns(Settings.IPv4),
        ["ASSIGN_IPV6"] = Assigns(Settings.IPv6),
        ["LOG_LEVEL"] = _settings.Text(Settings.CniLogLevel),
        ["KUBERNETES_SERVICE_HOST"] = _settings.Text(Settings.ServiceHost),
        ["KUBERNETES_SERVICE_PORT"] = _settings.Text(Settings.ServicePort),
    };

    /// <summary>Pods have the families that their node has.</summary>
    private string Assigns(Setting family) => _settings.Text(family) == "none" ? "false" : "true";

    private string OnHost(Setting path, Setting source, string netOnHost, string name) =>
        _settings.TextOr(path, _settings.Text(source).Length > 0 ? CniOptions.TlsOn(netOnHost, name) : "");

    private IEnumerable<(string Source, string Name)> TlsFiles() =>
        from file in new[] { (EtcdSettings.CaCertFile, EtcdCaName), (EtcdSettings.CertFile, EtcdCertName), (EtcdSettings.KeyFile, EtcdKeyName) }
        let source = _settings.Text(file.Item1)
        where source.Length > 0
        select (source, file.Item2);
}
