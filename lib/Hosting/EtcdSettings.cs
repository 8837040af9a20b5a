using Calico.Store.Etcd;

namespace Calico.Hosting;

/// <summary>Where etcd is and how a program proves who it is, as upstream names the settings.</summary>
public static class EtcdSettings
{
    public static readonly Setting Endpoints = new("ETCD_ENDPOINTS", "http://127.0.0.1:2379", "etcd's members: http(s)://host:port, with commas between them");
    public static readonly Setting CaCertFile = new("ETCD_CA_CERT_FILE", "", "PEM file of the authority that signed etcd's certificates; needed for https");
    public static readonly Setting CertFile = new("ETCD_CERT_FILE", "", "PEM file of the client certificate");
    public static readonly Setting KeyFile = new("ETCD_KEY_FILE", "", "PEM file of the client's key");
    public static readonly Setting UserName = new("ETCD_USERNAME", "", "etcd user, where etcd has authentication on");
    public static readonly Setting Password = new("ETCD_PASSWORD", "", "password of the etcd user; as a flag it would show in the process list");

    public static IReadOnlyList<Setting> All { get; } = [Endpoints, CaCertFile, CertFile, KeyFile, UserName, Password];

    /// <returns>Null when something is wrong, which the reader then knows.</returns>
    public static EtcdOptions? Read(SettingReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.Try(Endpoints, endpoints => EtcdOptionsParser.Parse(
            endpoints, reader.Text(CaCertFile), reader.Text(CertFile), reader.Text(KeyFile), reader.Text(UserName), reader.Text(Password)));
    }
}
