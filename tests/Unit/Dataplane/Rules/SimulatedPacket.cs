using Calico.Model.Net;
using Calico.Policy.Evaluation;

namespace Calico.Tests.Unit.Dataplane.Rules;

/// <summary>A packet on its way through the kernel.</summary>
internal sealed record SimulatedPacket(Packet Packet)
{
    /// <summary>Empty for what the host sends.</summary>
    public string In { get; init; } = "";

    /// <summary>Empty for what the host receives.</summary>
    public string Out { get; init; } = "";

    /// <summary>What connection tracking says of it.</summary>
    public IReadOnlyList<string> States { get; init; } = ["NEW"];

    public IReadOnlyList<string> TcpFlags { get; init; } = ["SYN"];

    /// <summary>The check of the reverse path refuses it.</summary>
    public bool IsSpoofed { get; init; }

    public uint Mark { get; set; }

    public bool IsTracked { get; set; } = true;

    public int Logged { get; set; }

    /// <summary>Rules that were asked.</summary>
    public int Asked { get; set; }

    public IpFamily Family => Packet.Family;
}
