using System.Text.Json.Nodes;
using Calico.Hosting;
using Calico.Store.Etcd;
using Calico.Store.Yaml;

namespace Calico.Ctl.Settings;

/// <summary>
/// Where the datastore is: from a file of upstream's kind CalicoAPIConfig, else from environment variables. A file that is there is the whole answer,
/// as upstream has it: variables do not change it.
/// </summary>
internal static class StoreSettings
{
    public const string DefaultFile = "/etc/calico/calicoctl.cfg";

    private const string Kind = "CalicoAPIConfig";
    private const string DatastoreType = "DATASTORE_TYPE";

    /// <summary>Upstream's ways to give secrets, or members, that our client does not take.</summary>
    private static readonly string[] Unsupported = ["etcdKey", "etcdCert", "etcdCACert", "etcdDiscoverySrv"];

    /// <param name="file">What <c>--config</c> says; null when it is not given.</param>
    /// <exception cref="CtlException">The settings cannot be used; everything that is wrong with them.</exception>
    public static EtcdOptions Read(string? file, IReadOnlyDictionary<string, string> environment)
    {
        if (file is null && !File.Exists(DefaultFile))
        {
            return Parse(environment.GetValueOrDefault(DatastoreType), setting => environment.GetValueOrDefault(setting.Variable), "the environment");
        }

        var path = file ?? DefaultFile;
        var spec = ReadSpec(path);
        return Parse(Text(spec, "datastoreType"), setting => Text(spec, FieldOf(setting)), path);
    }

    private static EtcdOptions Parse(string? type, Func<Setting, string?> given, string source)
    {
        if (type is not (null or "" or "etcdv3"))
        {
            throw CtlException.Usage($"{source}: the datastore type '{type}' is not supported: this program speaks to etcd (etcdv3). With Calico's own manifests kubectl manages the same resources.");
        }

        var settings = new SettingReader(given);
        var options = EtcdSettings.Read(settings);
        return options is not null && settings.Faults.Count == 0 ? options : throw CtlException.Usage($"{source}: {string.Join("; ", settings.Faults)}");
    }

    private static JsonObject ReadSpec(string path)
    {
        try
        {
            var documents = YamlJson.ReadAll(File.ReadAllText(path)).OfType<JsonObject>().ToList();
            if (documents is not [var document] || (string?)document["kind"] != Kind)
            {
                throw CtlException.Usage($"{path}: expected one object of kind {Kind} (apiVersion projectcalico.org/v3)");
            }

            var spec = document["spec"] as JsonObject ?? [];
            foreach (var inline in Unsupported.Where(spec.ContainsKey))
            {
                throw CtlException.Usage($"{path}: spec.{inline} is not supported: name files (etcdKeyFile, etcdCertFile, etcdCACertFile) and endpoints (etcdEndpoints)");
            }

            return spec;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
        {
            throw CtlException.Usage($"{path}: {e.Message}");
        }
    }

    private static string FieldOf(Setting setting) => setting switch
    {
        _ when setting == EtcdSettings.Endpoints => "etcdEndpoints",
        _ when setting == EtcdSettings.CaCertFile => "etcdCACertFile",
        _ when setting == EtcdSettings.CertFile => "etcdCertFile",
        _ when setting == EtcdSettings.KeyFile => "etcdKeyFile",
        _ when setting == EtcdSettings.UserName => "etcdUsername",
        _ => "etcdPassword",
    };

    private static string? Text(JsonObject spec, string field) => spec[field] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
