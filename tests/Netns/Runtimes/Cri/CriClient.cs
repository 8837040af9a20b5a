using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Google.Protobuf;

namespace Calico.Tests.Netns.Runtimes.Cri;

/// <summary>Calls a container runtime as the kubelet does: gRPC over the runtime's Unix socket.</summary>
internal sealed class CriClient : IDisposable
{
    private const int FrameHeader = 5;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly HttpMessageInvoker _http;

    public CriClient(string socketPath) => _http = new HttpMessageInvoker(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    public Task<RunPodSandboxResponse> RunPodSandboxAsync(PodSandboxConfig config) =>
        CallAsync("RunPodSandbox", new RunPodSandboxRequest { Config = config }, RunPodSandboxResponse.Parser);

    public Task<PodSandboxStatusResponse> PodSandboxStatusAsync(string sandbox) =>
        CallAsync("PodSandboxStatus", new PodSandboxStatusRequest { PodSandboxId = sandbox }, PodSandboxStatusResponse.Parser);

    public Task StopPodSandboxAsync(string sandbox) =>
        CallAsync("StopPodSandbox", new StopPodSandboxRequest { PodSandboxId = sandbox }, StopPodSandboxResponse.Parser);

    public Task RemovePodSandboxAsync(string sandbox) =>
        CallAsync("RemovePodSandbox", new RemovePodSandboxRequest { PodSandboxId = sandbox }, RemovePodSandboxResponse.Parser);

    public Task<CreateContainerResponse> CreateContainerAsync(CreateContainerRequest request) =>
        CallAsync("CreateContainer", request, CreateContainerResponse.Parser);

    public Task StartContainerAsync(string container) =>
        CallAsync("StartContainer", new StartContainerRequest { ContainerId = container }, StartContainerResponse.Parser);

    public Task<ExecSyncResponse> ExecSyncAsync(string container, params IEnumerable<string> command) =>
        CallAsync("ExecSync", new ExecSyncRequest { ContainerId = container, Cmd = { command }, Timeout = 20 }, ExecSyncResponse.Parser);

    public void Dispose() => _http.Dispose();

    private async Task<T> CallAsync<T>(string method, IMessage request, MessageParser<T> parser)
        where T : IMessage<T>
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var message = new HttpRequestMessage(HttpMethod.Post, $"http://localhost/runtime.v1.RuntimeService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(request)),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        message.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var response = await _http.SendAsync(message, deadline.Token);
        var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
        return Header(response, "grpc-status") == "0"
            ? parser.ParseFrom(body.AsSpan(FrameHeader))
            : throw new InvalidOperationException($"{method}: {Uri.UnescapeDataString(Header(response, "grpc-message"))}");
    }

    private static byte[] Frame(IMessage request)
    {
        var frame = new byte[FrameHeader + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - FrameHeader);
        request.WriteTo(frame.AsSpan(FrameHeader));
        return frame;
    }

    // An answer that is an error alone carries its status in the headers, any other in the trailers.
    private static string Header(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out var values) || response.Headers.TryGetValues(name, out values) ? values.First() : "";
}
