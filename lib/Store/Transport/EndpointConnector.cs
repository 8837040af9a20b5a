using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Calico.Store.Transport;

/// <summary>Opens the connections of an HTTP handler: TCP within a time limit and, for https, TLS with the files as they are now.</summary>
internal sealed class EndpointConnector(TlsOptions options, TimeSpan timeout, ILogger log)
{
    // Long enough to be worth it, short enough that an agent shows a rotated certificate the same hour.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(10);

    // A peer that is gone without a word is noticed after the sum. etcd refuses pings that come more often than every 5 s.
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    private readonly TlsFiles _files = new(options, log);

    public SocketsHttpHandler CreateHandler() => new()
    {
        ConnectCallback = (context, cancellationToken) => ConnectAsync(
            context.InitialRequestMessage.RequestUri ?? throw new InvalidOperationException("a request without a URI"), cancellationToken),
        PooledConnectionLifetime = ConnectionLifetime,
        KeepAlivePingDelay = PingDelay,
        KeepAlivePingTimeout = PingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    };

    /// <exception cref="StoreException">No connection in time, or TLS failed; the message says why.</exception>
    public async ValueTask<Stream> ConnectAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        var peer = new DnsEndPoint(endpoint.IdnHost, endpoint.Port);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        Stream? stream = null;
        try
        {
            stream = await ConnectTcpAsync(peer, deadline.Token);
            return endpoint.Scheme == Uri.UriSchemeHttps
                ? await SecureAsync(stream, peer, deadline.Token)
                : stream;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            stream?.Dispose();
            throw new StoreException(stream is null
                ? $"no connection within {timeout.TotalSeconds:0.#} s"
                : $"no TLS handshake within {timeout.TotalSeconds:0.#} s");
        }
        catch
        {
            stream?.Dispose();
            throw;
        }
    }

    private static async Task<Stream> ConnectTcpAsync(DnsEndPoint peer, CancellationToken cancellationToken)
    {
        // An address says its family; for a name both are open, and .NET tries out which of them the machine has.
        var isAddress = IPAddress.TryParse(peer.Host, out var address);
        var socket = isAddress ? new Socket(address!.AddressFamily, SocketType.Stream, ProtocolType.Tcp) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;

            // For peers without HTTP/2 and its pings.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)PingDelay.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 2);
            await (isAddress
                ? socket.ConnectAsync(new IPEndPoint(address!, peer.Port), cancellationToken)
                : socket.ConnectAsync(peer, cancellationToken));
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> SecureAsync(Stream stream, DnsEndPoint peer, CancellationToken cancellationToken)
    {
        var credentials = _files.Current();
        string? complaint = null;
        var ssl = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            await ssl.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = Name(peer),
                    ApplicationProtocols = [.. options.Protocols],
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    ClientCertificateContext = credentials.Client,
                    CertificateChainPolicy = TrustOnly(credentials.Authorities),
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                    {
                        complaint = options.IsUnverified ? null : Complaint(certificate, chain, errors, Name(peer));
                        return complaint is null;
                    },
                },
                cancellationToken);
            return ssl;
        }
        catch (AuthenticationException e)
        {
            await ssl.DisposeAsync();
            throw new StoreException(complaint ?? $"TLS failed: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch
        {
            await ssl.DisposeAsync();
            throw;
        }
    }

    // The system's trust store is never asked: it would be wrong, and loading it costs a cold process 0.12 s.
    private static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private string Name(DnsEndPoint peer) => options.ServerName ?? peer.Host;

    private string? Complaint(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string host)
    {
        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        if (certificate is null)
        {
            return "the server shows no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            var statuses = chain?.ChainStatus ?? [];
            return Array.Exists(statuses, s => s.Status.HasFlag(X509ChainStatusFlags.NotTimeValid))
                ? $"the server's certificate is out of date: valid from {certificate.GetEffectiveDateString()} to {certificate.GetExpirationDateString()}"
                : $"the server's certificate ({certificate.Subject}) is not signed by the CA in {options.Authorities}: {string.Join(", ", statuses.Select(s => s.Status))}";
        }

        return $"the server's certificate ({certificate.Subject}) is not for {host}";
    }
}
