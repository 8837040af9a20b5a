namespace Calico.Linux.Netlink;

/// <summary>What the kernel tells about a change in a network namespace.</summary>
public abstract record RouteEvent;

/// <summary>The device is new or changed (also its flags: up, running), or is gone.</summary>
public sealed record LinkEvent(Link Link, bool IsGone) : RouteEvent;

public sealed record AddressEvent(LinkAddress Address, bool IsGone) : RouteEvent;

/// <summary>A route was set or deleted. Routes that the kernel drops because their device went down come only as <see cref="LinkEvent"/>.</summary>
public sealed record RouteChangeEvent(Route Route, bool IsGone) : RouteEvent;

/// <summary>Events were lost, because they came faster than they were taken: look at everything anew.</summary>
public sealed record ResyncEvent : RouteEvent;
