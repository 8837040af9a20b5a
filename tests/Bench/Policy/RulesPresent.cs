using Calico.Model.Policy;
using Calico.Tests.Rig.Policy;
using Calico.Tests.Rig.Processes;
using static Calico.Tests.Rig.Policy.PolicyObjects;

namespace Calico.Tests.Bench.Policy;

/// <summary>What it means that so many rules are present on a host.</summary>
/// <param name="What">Says so in the report.</param>
internal abstract record RulesPresent(string What)
{
    public static IReadOnlyList<RulesPresent> All { get; } = [new OfPolicies(), new InForce(), new OfOthers()];

    /// <summary>Puts them on a host whose one endpoint has the app <c>app-NUMBER</c>.</summary>
    public abstract Task AddAsync(PolicyCluster cluster, int host, int count);

    private static async Task StoreAsync(PolicyCluster cluster, int host, int count, Func<int, PolicyRule> rule)
    {
        const int rulesOfAPolicy = 1000;
        for (var first = 0; first < count; first += rulesOfAPolicy)
        {
            // One at a time: together they are more than etcd takes at once.
            var policy = PolicyWorld.Policy($"long-{host}-{first}", $"app == 'app-{host}'", [.. Enumerable.Range(first, Math.Min(count - first, rulesOfAPolicy)).Select(rule)]);
            await cluster.Etcd.CommitAsync([Put(policy)]);
        }
    }

    // None matches what is sent. Each has another net than all others.
    private static PolicyRule Of(PolicyRule rule, int number) =>
        rule with { Source = new EntityRule { Nets = [$"198.{18 + (number / 65_536)}.{number / 256 % 256}.{number % 256}/32"] } };

    /// <summary>Rules of policies as their users wrote them, each with a net and a port of its own. The agent makes one rule and a set of those of a policy.</summary>
    private sealed record OfPolicies() : RulesPresent("rules of policies")
    {
        public override Task AddAsync(PolicyCluster cluster, int host, int count) =>
            StoreAsync(cluster, host, count, number => Of(DenyTcp(1 + (number % 60_000)), number));
    }

    /// <summary>The same, but no two neighbours do the same: each is a rule of the kernel.</summary>
    private sealed record InForce() : RulesPresent("rules in force in the kernel's table")
    {
        public override Task AddAsync(PolicyCluster cluster, int host, int count) => StoreAsync(
            cluster, host, count, number => Of(number % 2 == 0 ? DenyTcp(1 + (number % 60_000)) : AllowTcp(1 + (number % 60_000)), number));
    }

    /// <summary>Of another program, in the nat table, as kube-proxy has them: four for each service.</summary>
    private sealed record OfOthers() : RulesPresent("rules of others in the nat table")
    {
        public override async Task AddAsync(PolicyCluster cluster, int host, int count)
        {
            string[] rules =
            [
                "-A PREROUTING -j KUBE-SERVICES",
                .. Enumerable.Range(0, count / 4).SelectMany(number => new[]
                {
                    $"-A KUBE-SERVICES -d 10.{96 + (number / 65_536)}.{number / 256 % 256}.{number % 256}/32 -p tcp -m tcp --dport 80 -j KUBE-SVC-{number}",
                    $"-A KUBE-SVC-{number} -j KUBE-SEP-{number}",
                    $"-A KUBE-SEP-{number} -s 192.0.2.{number % 256}/32 -j MARK --set-xmark 0x4000/0x4000",
                    $"-A KUBE-SEP-{number} -p tcp -m tcp -j DNAT --to-destination 192.0.2.{number % 256}:8080",
                }),
            ];
            var chains = Enumerable.Range(0, count / 4).Select(number => $":KUBE-SVC-{number} - [0:0]\n:KUBE-SEP-{number} - [0:0]").Prepend(":KUBE-SERVICES - [0:0]");
            var tool = cluster.Backend == "NFT" ? "iptables-nft-restore" : "iptables-legacy-restore";
            var text = $"*nat\n{string.Join('\n', chains)}\n{string.Join('\n', rules)}\nCOMMIT\n";
            (await cluster.Hosts[host].Namespace.Enter(new Command(tool, "--noflush") { Stdin = text }).RunAsync()).OrThrow();
        }
    }
}
