using Calico.Store.Etcd.Grpc;
using Calico.Store.Etcd.Protos;

namespace Calico.Tests.Unit.Store.Etcd;

internal sealed class GrpcTests
{
    [Test]
    public void A_frame_is_a_zero_the_length_and_the_message()
    {
        var message = new LeaseRevokeRequest { Id = 5 };
        Assert.That(GrpcFrame.Write(message), Is.EqualTo(new byte[] { 0, 0, 0, 0, 2, 8, 5 }));
        Assert.That(GrpcFrame.Write(new LeaseRevokeRequest()), Is.EqualTo(new byte[5]));
    }

    [Test]
    public async Task Messages_are_read_one_after_the_other_however_the_bytes_arrive()
    {
        byte[] bytes = [.. GrpcFrame.Write(new LeaseRevokeRequest { Id = 1 }), .. GrpcFrame.Write(new LeaseRevokeRequest()), .. GrpcFrame.Write(new LeaseRevokeRequest { Id = 300 })];
        var reader = new GrpcMessageReader<LeaseRevokeRequest>(new TricklingStream(bytes), LeaseRevokeRequest.Parser);
        var ids = new List<long>();
        while (await reader.ReadAsync(default) is { } message)
        {
            ids.Add(message.Id);
        }

        Assert.That(ids, Is.EqualTo([1L, 0L, 300L]));
    }

    [TestCase(new byte[] { 0, 0, 0 }, "inside the header")]
    [TestCase(new byte[] { 0, 0, 0, 0, 4, 1 }, "inside a message")]
    [TestCase(new byte[] { 1, 0, 0, 0, 0 }, "compressed")]
    [TestCase(new byte[] { 0, 255, 255, 255, 255 }, "4294967295 bytes")]
    public async Task What_is_no_frame_is_refused(byte[] bytes, string complaint)
    {
        var reader = new GrpcMessageReader<LeaseRevokeRequest>(new MemoryStream(bytes), LeaseRevokeRequest.Parser);
        var error = await Assert.ThrowsAsync<InvalidDataException>(async () => await reader.ReadAsync(default));
        Assert.That(error!.Message, Does.Contain(complaint));
    }

    [TestCase("14", "etcdserver: no leader", "etcdserver: no leader (Unavailable)")]
    [TestCase("5", "caf%C3%A9 100%25", "café 100% (NotFound)")]
    [TestCase("0", null, "Ok")]
    [TestCase("x", null, "the answer's grpc-status 'x' is no number (Unknown)")]
    public void A_status_is_read_with_its_message_decoded(string code, string? message, string expected)
    {
        using var response = new HttpResponseMessage();
        response.TrailingHeaders.TryAddWithoutValidation("grpc-status", code);
        if (message is not null)
        {
            response.TrailingHeaders.TryAddWithoutValidation("grpc-message", message);
        }

        Assert.That(GrpcChannel.EndOf(response).ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void An_answer_without_a_status_is_not_taken_for_success()
    {
        using var response = new HttpResponseMessage();
        Assert.That(GrpcChannel.EndOf(response).Code, Is.EqualTo(GrpcStatusCode.Unknown));
    }

    [TestCase(0.0004, "1m")]
    [TestCase(1.5, "1500m")]
    [TestCase(99_999.999, "99999999m")]
    [TestCase(100_000, "100000S")]
    public void A_deadline_is_written_in_at_most_eight_digits(double seconds, string text) =>
        Assert.That(GrpcChannel.TimeoutText(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));

    [Test]
    public async Task A_body_says_whether_it_has_begun_to_leave()
    {
        using var content = new GrpcContent([1, 2, 3]);
        Assert.That(content.Started, Is.False);
        Assert.That(await content.ReadAsByteArrayAsync(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(content.Started);
    }

    [Test]
    public async Task An_open_body_ends_when_it_is_completed()
    {
        using var content = new GrpcContent([1], keepOpen: true);
        using var sink = new MemoryStream();
        var copy = content.CopyToAsync(sink);
        Assert.That(copy.IsCompleted, Is.False);
        content.Complete();
        await copy.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.That(sink.ToArray(), Is.EqualTo(new byte[] { 1 }));
    }

    /// <summary>Gives one byte at a time.</summary>
    private sealed class TricklingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
