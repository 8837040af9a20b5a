using System.Net;
using System.Net.Http.Headers;

namespace Calico.Store.Etcd.Grpc;

/// <summary>The body of a call: one message, after which the request ends or stays open until <see cref="Complete"/>.</summary>
internal sealed class GrpcContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Grpc = new("application/grpc");
    private readonly byte[] _frame;
    private readonly TaskCompletionSource? _end;
    private volatile bool _started;

    public GrpcContent(byte[] frame, bool keepOpen = false)
    {
        _frame = frame;
        _end = keepOpen ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        Headers.ContentType = Grpc;
    }

    /// <summary>Whether a byte of the message may have left. While it is false the server cannot have acted on the call.</summary>
    public bool Started => _started;

    /// <summary>Ends the request of a stream.</summary>
    public void Complete() => _end?.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _started = true;
        await stream.WriteAsync(_frame, cancellationToken);
        if (_end is not null)
        {
            await stream.FlushAsync(cancellationToken);
            await _end.Task.WaitAsync(cancellationToken);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = _frame.Length;
        return _end is null;
    }

    protected override void Dispose(bool disposing)
    {
        Complete();
        base.Dispose(disposing);
    }
}
