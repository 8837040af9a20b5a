using System.Text;
using Calico.Store;
using Calico.Store.Etcd;
using Google.Protobuf;
using Protos = Calico.Store.Etcd.Protos;

namespace Calico.Tests.Unit.Store.Etcd;

internal sealed class EtcdMessagesTests
{
    [Test]
    public void A_transaction_is_written_as_etcd_defines_it()
    {
        var request = new TxnRequest(
            [Compare.Absent("a"), new Compare("b", 300)],
            [new StoreOp.Put("a", "v"u8.ToArray(), 9), new StoreOp.Delete("d/", IsPrefix: true)],
            [new StoreOp.Get("a"), new StoreOp.Get("g/", IsPrefix: true)]);

        // Spelled out from rpc.proto: compare{target=MOD key mod_revision}, put{key value lease}, delete_range{key range_end}, range{key range_end}.
        byte[] expected =
        [
            0x0a, 7, 0x10, 2, 0x1a, 1, (byte)'a', 0x30, 0,
            0x0a, 8, 0x10, 2, 0x1a, 1, (byte)'b', 0x30, 0xac, 0x02,
            0x12, 10, 0x12, 8, 0x0a, 1, (byte)'a', 0x12, 1, (byte)'v', 0x18, 9,
            0x12, 10, 0x1a, 8, 0x0a, 2, (byte)'d', (byte)'/', 0x12, 2, (byte)'d', (byte)'0',
            0x1a, 5, 0x0a, 3, 0x0a, 1, (byte)'a',
            0x1a, 10, 0x0a, 8, 0x0a, 2, (byte)'g', (byte)'/', 0x12, 2, (byte)'g', (byte)'0',
        ];
        Assert.That(EtcdMessages.ToProto(request).ToByteArray(), Is.EqualTo(expected));
    }

    [Test]
    public void Only_the_gets_of_the_branch_that_ran_are_answered_in_their_order()
    {
        var request = new TxnRequest([], [new StoreOp.Get("a"), new StoreOp.Put("b", default), new StoreOp.Get("c")], [new StoreOp.Get("d")]);
        var response = new Protos.TxnResponse { Succeeded = true, Header = new Protos.ResponseHeader { Revision = 8 } };
        response.Responses.Add(new Protos.ResponseOp { ResponseRange = new Protos.RangeResponse { Kvs = { KeyValue("a", "1") } } });
        response.Responses.Add(new Protos.ResponseOp());
        response.Responses.Add(new Protos.ResponseOp { ResponseRange = new Protos.RangeResponse() });

        var result = EtcdMessages.FromProto(request, response);
        Assert.That(result.Succeeded);
        Assert.That(result.Revision, Is.EqualTo(8));
        Assert.That(result.Gets.Select(g => g.Single?.Key), Is.EqualTo(["a", null]));
        Assert.That(Encoding.UTF8.GetString(result.Gets[0].Single!.Value.Span), Is.EqualTo("1"));
    }

    [Test]
    public void An_answer_that_does_not_fit_the_transaction_is_refused() => Assert.That(
        () => EtcdMessages.FromProto(new TxnRequest([], [new StoreOp.Get("a")], []), new Protos.TxnResponse { Succeeded = true }),
        Throws.InstanceOf<InvalidDataException>());

    [TestCase("/calico/", "/calico0")]
    [TestCase("é", "ê")]
    public void A_prefix_ends_before_the_first_key_that_does_not_begin_with_it(string prefix, string end) =>
        Assert.That(EtcdMessages.End(prefix, isPrefix: true).ToByteArray(), Is.EqualTo(Encoding.UTF8.GetBytes(end)));

    [Test]
    public void The_empty_prefix_is_every_key()
    {
        Assert.That(EtcdMessages.Start("", isPrefix: true).ToByteArray(), Is.EqualTo(new byte[] { 0 }));
        Assert.That(EtcdMessages.End("", isPrefix: true).ToByteArray(), Is.EqualTo(new byte[] { 0 }));
    }

    [Test]
    public void A_deletion_has_no_value_and_keeps_its_revision()
    {
        var change = EtcdMessages.FromProto(new Protos.Event { Type = Protos.Event.Types.EventType.Delete, Kv = new Protos.KeyValue { Key = ByteString.CopyFromUtf8("a"), ModRevision = 4 } });
        Assert.That(change, Is.EqualTo(new WatchEvent("a", null, 4)));
        Assert.That(change.IsDelete);
    }

    private static Protos.KeyValue KeyValue(string key, string value) =>
        new() { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFromUtf8(value), ModRevision = 3 };
}
