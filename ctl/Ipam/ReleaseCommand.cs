using System.CommandLine;
using Calico.Ctl.Datastore;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Audit;
using Calico.Model.Net;
using Calico.Store;

namespace Calico.Ctl.Ipam;

/// <summary><c>calicoctl ipam release</c>: gives back addresses, each exactly as it was seen.</summary>
internal static class ReleaseCommand
{
    public static Command Create(CommandHost host)
    {
        var ip = new Option<string>("--ip") { Description = "address to give back", HelpName = "address" };
        var reports = new Option<string[]>("--from-report") { Description = "give back what this report of 'ipam check -o' calls unused; of several reports what all of them do", HelpName = "file", DefaultValueFactory = _ => [] };
        var force = new Option<bool>("--force") { Description = "also if an endpoint has the address" };
        var command = new Command("release", "Gives back addresses that nobody uses") { ip, reports, force };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            using var ipam = new IpamClient(store, time: host.Context.Time);
            var run = new Run(host, ipam, parsed.GetValue(force));
            return (parsed.GetValue(ip), parsed.GetValue(reports)!) switch
            {
                ({ } address, []) => await run.OneAsync(ShowCommand.Parse(address), cancellationToken),
                (null, { Length: > 0 } files) => await run.FromReportsAsync(store, files, cancellationToken),
                _ => throw CtlException.Usage("say what to give back: --ip, or --from-report"),
            };
        });
        return command;
    }

    private sealed class Run(CommandHost host, IpamClient ipam, bool isForced)
    {
        public async Task<int> OneAsync(IpAddress address, CancellationToken cancellationToken)
        {
            var used = new AddressIndex(await ipam.SnapshotAsync(cancellationToken));
            var request = used.Find(address) ?? throw CtlException.Failed($"IP address {address} is not assigned");
            if (used.EndpointOf(address) is { } endpoint && !isForced)
            {
                throw CtlException.Failed($"IP address {address} is that of the endpoint {endpoint}: delete the pod, or say --force");
            }

            if (!await ipam.ReleaseAddressAsync(request, cancellationToken))
            {
                throw CtlException.Failed($"IP address {address} is not assigned");
            }

            await host.Context.Out.WriteLineAsync($"Successfully released IP address {address}");
            return ExitCode.Success;
        }

        public async Task<int> FromReportsAsync(IKeyValueStore kv, string[] files, CancellationToken cancellationToken)
        {
            var (cluster, _) = await ClusterLock.ReadAsync(kv, cancellationToken);
            var guid = (string?)ClusterLock.Parse(cluster)["spec"]?[IpamReport.ClusterGuid];
            Dictionary<string, (string? Handle, ulong Sequence)>? unused = null;
            HashSet<string>? handles = null;
            foreach (var file in files)
            {
                var report = IpamReport.Read(file, await File.ReadAllTextAsync(file, cancellationToken), guid);
                unused = report.Unused.Where(entry => unused is null || (unused.TryGetValue(entry.Key, out var other) && other == entry.Value)).ToDictionary();
                handles = [.. report.Handles.Where(handle => handles is null || handles.Contains(handle))];
            }

            var (released, kept) = await ReleaseAllAsync(unused!, cancellationToken);
            var deleted = 0;
            foreach (var handle in handles!)
            {
                deleted += await ipam.RepairAsync(new IpamRepair.Handle(handle, []), cancellationToken) ? 1 : 0;
            }

            await host.Context.Out.WriteLineAsync($"Released {released} addresses and {deleted} empty handles; {kept} addresses were kept because they are not what the report says any more");
            return ExitCode.Success;
        }

        private async Task<(int Released, int Kept)> ReleaseAllAsync(Dictionary<string, (string? Handle, ulong Sequence)> unused, CancellationToken cancellationToken)
        {
            var used = new AddressIndex(await ipam.SnapshotAsync(cancellationToken));
            var (released, kept) = (0, 0);
            foreach (var (text, seen) in unused.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                var address = ShowCommand.Parse(text);
                var (request, endpoint) = (used.Find(address), used.EndpointOf(address));
                if (request is null || request.HandleId != seen.Handle || request.Sequence != seen.Sequence || (endpoint is not null && !isForced))
                {
                    kept++;
                    await host.Context.Error.WriteLineAsync($"{address} is kept: {(request is null ? "it is free" : endpoint is not null ? $"the endpoint {endpoint} has it" : "it was given out anew")}");
                    continue;
                }

                try
                {
                    released += await ipam.ReleaseAddressAsync(request, cancellationToken) ? 1 : 0;
                }
                catch (IpamException e) when (e.Failure == IpamFailure.Differs)
                {
                    kept++;
                    await host.Context.Error.WriteLineAsync($"{address} is kept: {e.Message}");
                }
            }

            return (released, kept);
        }
    }
}
