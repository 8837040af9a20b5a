namespace Calico.Agent.Api;

/// <summary>
/// Deletes the device of a released pod. Unregistering a device costs a grace period of the kernel, some 20 ms, which DEL need not wait
/// for once its traffic is stopped and its address is released.
/// </summary>
public interface IDeviceReaper
{
    /// <summary>Takes note of a device to delete and returns at once. A device that is gone, or has another name by now, is left alone.</summary>
    /// <param name="ifIndex">Index of the host end, as the plugin found it.</param>
    /// <param name="name">The name that device must have; an index may have been given to another.</param>
    void Reap(int ifIndex, string name);
}
