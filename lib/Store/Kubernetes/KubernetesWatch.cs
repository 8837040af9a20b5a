using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Calico.Model.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Calico.Store.Kubernetes;

/// <summary>One watch: a request whose answer is one JSON object after another, each on a line.</summary>
/// <remarks>A peer that is gone is noticed by HTTP/2's pings or TCP's probes; one that is stuck, when it has not ended the watch as it was asked to.</remarks>
internal sealed class KubernetesWatch<T>(KubernetesCaller caller, KubernetesKind<T> kind, ListQuery query, ILogger log, TimeProvider time)
    where T : KubernetesResource
{
    private static readonly TimeSpan ShortestDuration = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly string _attempted = $"watching {kind}";

    public async IAsyncEnumerable<KubernetesEvent<T>> RunAsync(string resourceVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Not all watches of a cluster should end at the same time.
        var duration = ShortestDuration * (1 + Random.Shared.NextDouble());
        using var timer = new CancellationTokenSource(duration + Grace, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        var call = KubernetesCall.Get(_attempted, KubernetesPaths.Watch(kind, query, resourceVersion, duration));
        using var response = await caller.OpenAsync(call, cancellationToken);
        var lines = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellationToken), new StreamPipeReaderOptions(bufferSize: 16 * 1024));
        while (await NextLineAsync(lines, deadline.Token, cancellationToken) is { } line)
        {
            if (Parse(line) is { } change)
            {
                yield return change;
            }
        }
    }

    /// <summary>Null at the end.</summary>
    private async Task<byte[]?> NextLineAsync(PipeReader lines, CancellationToken deadline, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var read = await lines.ReadAsync(deadline);
                if (read.Buffer.PositionOf((byte)'\n') is { } end)
                {
                    var line = read.Buffer.Slice(0, end).ToArray();
                    lines.AdvanceTo(read.Buffer.GetPosition(1, end));
                    return line;
                }

                lines.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (read.IsCompleted)
                {
                    return null;
                }
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubernetesException($"{_attempted}: the server did not end the watch when it should have", e) { IsUnavailable = true };
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw KubernetesErrors.Unanswered(_attempted, caller.Server, e, mayHaveHappened: false);
        }
    }

    /// <summary>Null for an object that does not have the form of its kind.</summary>
    private KubernetesEvent<T>? Parse(byte[] line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref json);
            var type = document.RootElement.GetProperty("type").GetString();
            var part = document.RootElement.GetProperty("object");
            return type switch
            {
                "ADDED" or "MODIFIED" => new KubernetesEvent<T>.Set(Read(part)),
                "DELETED" => new KubernetesEvent<T>.Removed(Read(part)),
                "BOOKMARK" => new KubernetesEvent<T>.Bookmark(part.GetProperty("metadata").GetProperty("resourceVersion").GetString() ?? ""),
                "ERROR" => throw KubernetesErrors.FromStatus(_attempted, caller.Server, JsonSerializer.SerializeToUtf8Bytes(part, KubernetesJson.Default.JsonElement)),
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            KubernetesLog.BadObject(log, _attempted, e.Message);
            return null;
        }
    }

    private T Read(JsonElement json) => json.Deserialize(kind.Json) ?? throw new JsonException($"a {kind.Kind} is null");
}
