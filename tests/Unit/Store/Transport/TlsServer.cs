using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Calico.Tests.Unit.Store.Transport;

/// <summary>A server on the loopback that does TLS handshakes, asks for a client certificate and remembers whose it was.</summary>
internal sealed class TlsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SslProtocols _protocols;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public TlsServer(X509Certificate2 certificate, SslProtocols protocols = SslProtocols.Tls12 | SslProtocols.Tls13)
    {
        Certificate = certificate;
        _protocols = protocols;
        _listener.Start();
        _serving = ServeAsync();
    }

    public X509Certificate2 Certificate { get; set; }

    public Uri Endpoint => new($"https://{_listener.LocalEndpoint}");

    /// <summary>The subject of each client's certificate, or "none"; followed by the number of intermediates it sent.</summary>
    public List<string> Clients { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await HandshakeAsync(client);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    private async Task HandshakeAsync(TcpClient client)
    {
        await using var ssl = new SslStream(client.GetStream());
        try
        {
            await ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = Certificate,
                ClientCertificateRequired = true,
                EnabledSslProtocols = _protocols,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                {
                    Clients.Add($"{certificate?.Subject ?? "none"} +{chain?.ChainPolicy.ExtraStore.Count ?? 0}");
                    return certificate is not null;
                },
            });

            // The client ends the connection, so that it has seen the whole handshake.
            await ssl.CopyToAsync(Stream.Null);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            // The client refused us; that is what the test asks it.
        }
    }
}
