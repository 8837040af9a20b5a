using Calico.Ipam.Core.Audit;
using Calico.Ipam.Core.Transactions;
using Calico.Model;
using Calico.Model.Ipam;

namespace Calico.Ipam.Core;

/// <summary>What an operator does by hand. Works on a datastore that is locked for changes, too: each step is one transaction that compares all it rests on.</summary>
public sealed partial class IpamClient
{
    /// <summary>Puts one thing right, by what the store says now.</summary>
    /// <returns>False when it had become right by itself, or cannot be put right any more.</returns>
    public async Task<bool> RepairAsync(IpamRepair repair, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(repair);
        var changes = false;
        await CommitFreshAsync(
            repair.Node,
            repair.Keys,
            (context, draft) =>
            {
                var isPlanned = new RepairPlanner(context, draft).Plan(repair);
                changes = isPlanned && draft.HasChanges;
                return isPlanned;
            },
            cancellationToken);
        return changes;
    }

    /// <summary>Frees one address. Whether somebody uses it the caller must know: no endpoint is looked at.</summary>
    /// <returns>False when it was free already.</returns>
    /// <exception cref="IpamException"><see cref="IpamFailure.Differs"/>: it was given out anew since it was looked at.</exception>
    public async Task<bool> ReleaseAddressAsync(AddressRelease request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var released = false;
        await CommitFreshAsync(
            "",
            request.HandleId is null ? [EtcdKeys.Block(request.Block)] : [EtcdKeys.Block(request.Block), EtcdKeys.Handle(request.HandleId)],
            (context, draft) =>
            {
                var planned = new AddressReleasePlanner(context, draft, request).Plan();
                released = planned == true;
                return planned is not null;
            },
            cancellationToken);
        return released;
    }

    /// <summary>Changes the settings of address management.</summary>
    /// <returns>What holds from now on.</returns>
    public async Task<IpamConfig> ConfigureAsync(Func<IpamConfig, IpamConfig> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        var result = IpamConfig.Default;
        await CommitFreshAsync(
            "",
            [],
            (_, draft) =>
            {
                var before = PlanContext.Config(draft);
                result = change(before);
                if (result != before)
                {
                    draft.Write(EtcdKeys.IpamConfig, result);
                }

                return true;
            },
            cancellationToken);
        return result;
    }
}
