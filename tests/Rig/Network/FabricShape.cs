namespace Calico.Tests.Rig.Network;

/// <summary>How the data centre's network joins the hosts.</summary>
public enum FabricShape
{
    /// <summary>All hosts on one subnet, joined by a switch.</summary>
    Flat,

    /// <summary>Each host in a subnet of its own behind the fabric's router.</summary>
    Routed,
}
