namespace Calico.Linux.Netlink;

/// <summary>The kernel refused a netlink request.</summary>
public sealed class NetlinkException : Exception
{
    /// <param name="operation">What was attempted with which object.</param>
    /// <param name="errno">The kernel's error number, positive.</param>
    /// <param name="kernelText">The kernel's own words (extended acknowledgement), or empty.</param>
    public NetlinkException(string operation, int errno, string kernelText = "")
        : base(kernelText.Length == 0
            ? $"{operation}: {Interop.Errno.Describe(errno)}"
            : $"{operation}: {Interop.Errno.Describe(errno)} ({kernelText})")
    {
        Operation = operation;
        Errno = errno;
        KernelText = kernelText;
    }

    public NetlinkException()
        : this("netlink request", Interop.Errno.Invalid)
    {
    }

    public NetlinkException(string message)
        : this(message, Interop.Errno.Invalid)
    {
    }

    public NetlinkException(string message, Exception innerException)
        : base(message, innerException)
    {
        Operation = message;
        KernelText = "";
    }

    public string Operation { get; }

    public int Errno { get; }

    public string KernelText { get; }

    /// <summary>The device, route, address or namespace is not there.</summary>
    public bool IsNotFound =>
        Errno is Interop.Errno.NoEntry or Interop.Errno.NoProcess or Interop.Errno.NoDevice or Interop.Errno.AddressNotAvailable;

    public bool IsExists => Errno == Interop.Errno.Exists;

    /// <summary>No route leads there.</summary>
    public bool IsUnreachable => Errno is Interop.Errno.NetworkUnreachable or Interop.Errno.HostUnreachable;

    /// <summary>The process lacks the capability (CAP_NET_ADMIN in the namespace).</summary>
    public bool IsNotPermitted => Errno == Interop.Errno.NotPermitted;
}
