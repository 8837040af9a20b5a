using Calico.Ctl.Output;
using Calico.Ctl.Resources;

namespace Calico.Ctl.Help;

/// <summary>How each command is used: examples, and what its options cannot say. Of 80 columns.</summary>
internal static class Lessons
{
    private static readonly Dictionary<string, string> ByPath = new(StringComparer.Ordinal)
    {
        [""] = """
            Examples:
              calicoctl get workloadendpoints -A               who has which address, where
              calicoctl apply -f policies/ --dry-run           what would change
              calicoctl why shop/web shop/db --port 5432       allowed, and by which rule
              calicoctl wait                                   every node has it all
              calicoctl ipam check                             do store and nodes agree
              calicoctl node status                            BGP and policy of this node

            Where the datastore is: ETCD_ENDPOINTS=https://10.0.0.1:2379, and for TLS
            ETCD_CA_CERT_FILE, ETCD_CERT_FILE and ETCD_KEY_FILE, or the same in --config.

            Exit codes: 0 done, 1 something failed, 2 wrong call or settings, 3 no
            datastore, 4 denied (why), 5 not in time (wait).

            'calicoctl COMMAND --help' teaches each command.
            """,
        ["get"] = """
            Examples:
              calicoctl get nodes -o wide
              calicoctl get networkpolicies -n shop
              calicoctl get gnp deny-all -o yaml
              calicoctl get hostendpoints -o custom-columns=NAME,NODE
              calicoctl get -f policies/ -o json     what is stored of what the files name

            """ + TextOfKinds(),
        ["apply"] = """
            Examples:
              calicoctl apply -f policy.yaml
              calicoctl apply -f policies/ -R --dry-run        a diff; nothing is written
              cat pool.yaml | calicoctl apply -f -

            One bad object does not stop the rest; all that fail are named at the end.
            """,
        ["create"] = """
            Example:
              calicoctl create -f pool.yaml --skip-exists
            """,
        ["replace"] = """
            Example:
              calicoctl get gnp web -o yaml > web.yaml       then edit it
              calicoctl replace -f web.yaml                  refused if another was faster
            """,
        ["delete"] = """
            Examples:
              calicoctl delete gnp deny-all
              calicoctl delete -f policies/ --skip-not-exists
              calicoctl delete node node-7           with all addresses that it had
            """,
        ["patch"] = """
            Example:
              calicoctl patch ippool main -p '{"spec":{"disabled":true}}'
            """,
        ["label"] = """
            Examples:
              calicoctl label nodes node-1 rack=b --overwrite
              calicoctl label nodes node-1 rack --remove
            """,
        ["validate"] = """
            Example:
              calicoctl validate -f policies/ -R     every error of every file; code 1
            """,
        ["ipam show"] = """
            Examples:
              calicoctl ipam show                    how full the pools are
              calicoctl ipam show --show-blocks      and which node has which block
              calicoctl ipam show --ip=10.244.0.7    whose it is
            """,
        ["ipam check"] = """
            Examples:
              calicoctl ipam check
              calicoctl ipam check --kubeconfig ~/.kube/config -o report.json
              calicoctl ipam release --from-report report.json     what nobody uses
              calicoctl ipam check --repair
            """,
        ["ipam release"] = """
            Examples:
              calicoctl ipam release --ip=10.244.0.7
              calicoctl ipam release --from-report report.json     see ipam check
            """,
        ["ipam configure"] = """
            Example:
              calicoctl ipam configure --strictaffinity=true
              calicoctl ipam show --show-configuration
            """,
        ["ipam split"] = """
            Example:
              calicoctl datastore migrate lock
              calicoctl ipam split 4 --name=main
              calicoctl datastore migrate unlock
            """,
        ["datastore export"] = """
            Example: to another etcd
              calicoctl datastore migrate lock
              calicoctl datastore export -o calico.json
              ETCD_ENDPOINTS=https://new:2379 calicoctl datastore import -f calico.json
              ETCD_ENDPOINTS=https://new:2379 calicoctl datastore migrate unlock
            """,
        ["datastore import"] = """
            Example:
              calicoctl datastore import -f calico.json     again, if it was cut short
            """,
        ["node status"] = """
            Example: in Kubernetes, of the node of an agent
              kubectl -n kube-system exec calico-node-x7k2p -- calicoctl node status
            """,
        ["node diags"] = """
            Example:
              calicoctl node diags -o node-1.tar.gz
            """,
        ["why"] = """
            Examples:
              calicoctl why shop/web shop/db --port 5432     two pods; TCP if a port is said
              calicoctl why shop/web 1.1.1.1 --proto udp --port 53
              calicoctl why node/node-1 shop/db              without a port: a ping
              calicoctl why -n shop web db --proto icmp --icmp-type 13
              calicoctl why 10.244.0.7 10.244.3.9 --port 80 -o json
              calicoctl why shop/web shop/db --port 5432 --counters

            An end is NAMESPACE/POD, POD (of --namespace), an address, or KIND/NAME with a
            pod, a workloadendpoint, a hostendpoint or a node. An address is whoever has it.

            It asks the datastore, at one moment, and nothing is sent. Code 0: allowed; 4:
            denied. With --counters, as root on the node of one of the pods, it says beside
            each verdict what that node's kernel has counted there, of packets that open
            connections: whether the rule is in force, and whether packets come that far.
            """,
        ["wait"] = """
            Examples:
              calicoctl wait networkpolicy/web -n shop --timeout 30s
              calicoctl wait globalnetworkpolicy/default-deny
              calicoctl wait networkset/shop/partners
              calicoctl wait gnp/old --deleted               every node has forgotten it
              calicoctl apply -f policies/ && calicoctl wait everything that is stored now

            Code 0: all nodes have it; 5: not in time, and each node that is missing is
            named with what it said.
            """,
        ["completion"] = """
            Examples:
              source <(calicoctl completion bash)
              calicoctl completion zsh > "${fpath[1]}/_calicoctl"
              calicoctl completion fish > ~/.config/fish/completions/calicoctl.fish
            """,
    };

    /// <param name="path">The words of the command, without the program's; empty for the program itself.</param>
    public static string? Of(string path) => ByPath.GetValueOrDefault(path);

    private static string TextOfKinds() =>
        string.Join('\n', Paragraph.Lines("Kinds: ", string.Join(", ", Kinds.All.Select(kind => kind.Type.Kind.Plural)) + "; singular and upstream's short names, too"));
}
