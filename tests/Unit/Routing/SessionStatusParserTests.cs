using Calico.Agent.Routing.Control;

namespace Calico.Tests.Unit.Routing;

internal sealed class SessionStatusParserTests
{
    private static readonly BirdReply Reply = new(
    [
        new(2002, "Name       Proto      Table      State  Since         Info"),
        new(1002, "device1    Device     ---        up     01:44:18.860  "),
        new(1006, ""),
        new(1002, "Mesh_172_18_0_10 BGP        ---        up     01:44:49.712  Established   "),
        new(1006, "  Description:    node host3"),
        new(1006, "  BGP state:          Established"),
        new(1006, "    Neighbor address: 172.18.0.10"),
        new(1006, "    Neighbor AS:      64512"),
        new(1006, "    Last error:       Socket: Connection closed"),
        new(1006, "    Routes:         3 imported, 1 filtered, 2 exported, 1 preferred"),
        new(1002, "Node_fd00__2 BGP        ---        start  01:46:47.375  Active        Socket: Connection refused"),
        new(1006, "  Description:    BGPPeer rack"),
        new(1006, "  BGP state:          Active"),
        new(1006, "    Neighbor address: fd00::2"),
        new(1006, "    Neighbor AS:      64513"),
        new(1006, "    Last error:       Socket: Connection refused"),
        new(0, ""),
    ]);

    [Test]
    public void Reads_a_session_that_is_up()
    {
        var session = SessionStatusParser.Parse(Reply)[0];
        Assert.That(session.IsEstablished);
        Assert.That((session.Name, session.Origin, session.PeerAddress, session.PeerAs), Is.EqualTo(("Mesh_172_18_0_10", "node host3", "172.18.0.10", "64512")));
        Assert.That((session.Since, session.Imported, session.Exported), Is.EqualTo(("01:44:49.712", 3, 2)));
        Assert.That(session.Cause, Is.Empty, "what ended the session before this one is no cause");
    }

    [Test]
    public void Says_why_a_session_is_down()
    {
        var session = SessionStatusParser.Parse(Reply)[1];
        Assert.That(session.IsEstablished, Is.False);
        Assert.That((session.State, session.PeerAddress), Is.EqualTo(("Active", "fd00::2")));
        Assert.That(session.Cause, Does.Contain("nothing listens on its BGP port").And.Contain("Connection refused"));
    }

    [Test]
    public void Other_protocols_are_not_sessions() => Assert.That(SessionStatusParser.Parse(Reply), Has.Count.EqualTo(2));

    [TestCase("Active", "Socket: No route to host", "cannot be reached")]
    [TestCase("Idle", "Received: Bad peer AS", "AS numbers differ")]
    [TestCase("Idle", "BGP Error: Bad peer AS", "AS numbers differ")]
    [TestCase("Idle", "BGP Error: Hold timer expired", "hold time")]
    [TestCase("Passive", "", "waiting for the peer")]
    [TestCase("OpenSent", "", "being negotiated")]
    [TestCase("Idle", "Something new", "Something new")]
    public void Names_the_cause(string state, string lastError, string words) =>
        Assert.That(SessionCause.InWords(state, lastError), Does.Contain(words));
}
