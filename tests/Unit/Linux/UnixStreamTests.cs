using Calico.Linux;
using System.Net.Sockets;

namespace Calico.Tests.Unit.Linux;

internal sealed class UnixStreamTests
{
    private string _path = "";

    [SetUp]
    public void ChoosePath() => _path = Path.Combine(Path.GetTempPath(), $"calico-test-{Guid.NewGuid():N}.sock");

    [TearDown]
    public void RemoveSocket() => File.Delete(_path);

    [Test]
    public void Octets_go_both_ways_and_an_early_end_is_an_error()
    {
        using var listener = Listen();
        using var stream = UnixStream.Connect(_path, 5);
        using var accepted = listener.Accept();
        stream.Write([1, 2, 3]);
        var received = new byte[3];
        accepted.Receive(received);
        accepted.Send([4, 5]);
        accepted.Shutdown(SocketShutdown.Both);

        var two = new byte[2];
        stream.ReadExactly(two);
        Assert.Multiple(() =>
        {
            Assert.That(received, Is.EqualTo(new byte[] { 1, 2, 3 }));
            Assert.That(two, Is.EqualTo(new byte[] { 4, 5 }));
            Assert.That(() => stream.ReadExactly(new byte[1]), Throws.TypeOf<EndOfStreamException>());
        });
    }

    [Test]
    public void A_missing_socket_is_a_missing_file() =>
        Assert.That(() => UnixStream.Connect(_path, 5), Throws.TypeOf<FileNotFoundException>().With.Message.Contains(_path));

    [Test]
    public void A_socket_nobody_listens_on_refuses()
    {
        using var bound = Bind();

        Assert.That(() => UnixStream.Connect(_path, 5), Throws.TypeOf<IOException>());
    }

    [Test]
    public void A_silent_peer_runs_into_the_deadline()
    {
        using var listener = Listen();
        using var stream = UnixStream.Connect(_path, 1);

        Assert.That(() => stream.ReadExactly(new byte[1]), Throws.TypeOf<IOException>());
    }

    private Socket Listen()
    {
        var listener = Bind();
        listener.Listen();
        return listener;
    }

    private Socket Bind()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_path));
        return socket;
    }
}
