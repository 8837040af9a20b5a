using Calico.Store.Etcd.Grpc;
using Calico.Store.Etcd.Protos;

namespace Calico.Store.Etcd;

/// <summary>The token that stands for the user and password; fetched when first needed and again when etcd no longer takes it.</summary>
internal sealed class TokenSource(EtcdOptions options, GrpcChannel channel) : IDisposable
{
    // Authentication is off in etcd: calls go without a token.
    private const string NotNeeded = "";
    private readonly SemaphoreSlim _turn = new(1);
    private volatile string? _token;

    private bool HasUser => options.UserName is not null;

    /// <summary>The token to send; null for none.</summary>
    /// <exception cref="GrpcException">etcd does not take the user and password.</exception>
    public async Task<string?> GetAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        if (!HasUser)
        {
            return null;
        }

        var token = _token ?? await FetchAsync(endpoint, cancellationToken);
        return token == NotNeeded ? null : token;
    }

    /// <summary>Forgets a token that etcd refused; returns whether fetching another one may help.</summary>
    public bool Reject(string? refused)
    {
        if (HasUser && (_token == (refused ?? NotNeeded)))
        {
            _token = null;
        }

        return HasUser;
    }

    public void Dispose() => _turn.Dispose();

    private async Task<string> FetchAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _token ??= await AuthenticateAsync(endpoint, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<string> AuthenticateAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        var request = new AuthenticateRequest { Name = options.UserName, Password = options.Password ?? "" };
        using var content = new GrpcContent(GrpcFrame.Write(request));
        try
        {
            var response = await channel.CallAsync(endpoint, EtcdMethods.Authenticate, content, token: null, options.CallTimeout, cancellationToken);
            return response.Token;
        }
        catch (GrpcException e) when (e.Status.Code == GrpcStatusCode.FailedPrecondition)
        {
            return NotNeeded;
        }
    }
}
