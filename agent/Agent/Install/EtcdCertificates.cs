using Microsoft.Extensions.Logging;

namespace Calico.Agent.Install;

/// <summary>
/// Copies of etcd's authority and client certificate on the host, for <c>calico-ipam</c>, which runs there and not in a container. They follow their
/// source: a Secret that is mounted changes when its certificate is renewed.
/// </summary>
internal sealed class EtcdCertificates(CniOptions options, ILogger log)
{
    /// <summary>Copies what differs.</summary>
    /// <exception cref="IOException">A source cannot be read or a copy not be written.</exception>
    public void Update()
    {
        // All are read before one is written: a key must not stand beside a certificate of before for longer than it must.
        var contents = options.TlsFiles.Select(file => (Target: Path.Combine(options.TlsDirectory, file.Name), Content: File.ReadAllBytes(file.Source))).ToList();
        if (contents.Count > 0)
        {
            Directory.CreateDirectory(options.TlsDirectory, DurableFile.Secret | UnixFileMode.UserExecute);
        }

        foreach (var (target, content) in contents)
        {
            if (DurableFile.Update(target, content, DurableFile.Secret))
            {
                InstallLog.CertificateCopied(log, target);
            }
        }
    }
}
