namespace Calico.Images;

/// <summary>The three images. The Dockerfiles beside this file make the same from a registry's Debian image.</summary>
internal static class Recipes
{
    /// <summary>The distroless convention; a user that exists nowhere else.</summary>
    private const string NonRoot = "65532:65532";

    // .NET opens OpenSSL by name at run time, so no program's own headers ask for it.
    private const string OpenSsl = "usr/lib/x86_64-linux-gnu/libssl.so.3";

    // Tells scanners whose packages these are.
    private const string OsRelease = "usr/lib/os-release";

    public static IReadOnlyList<ImageRecipe> All { get; } = [Node(), Etcd(), KubeControllers()];

    private static ImageRecipe Node() => new("node", "Calico's agent with BIRD, calicoctl, and the CNI plugins it installs")
    {
        Packages =
        [
            "bird2", "iptables", "ipset", "containernetworking-plugins", "netbase", "base-files", "libc6", "libssl3", "libssh-gcrypt-4", "libgcrypt20",
            "libgpg-error0", "libgssapi-krb5-2", "libkrb5-3", "libkrb5support0", "libk5crypto3", "libcom-err2", "libkeyutils1", "zlib1g",
            "libip4tc2", "libip6tc2", "libxtables12", "libmnl0", "libnftnl11", "libnetfilter-conntrack3", "libnfnetlink0", "libipset13",
        ],
        PackageFiles =
        [
            "usr/sbin/bird", "usr/sbin/birdcl",
            "usr/sbin/xtables-nft-multi", "usr/sbin/xtables-legacy-multi", "usr/sbin/iptables-*", "usr/sbin/ip6tables-*",
            "usr/lib/x86_64-linux-gnu/xtables/*.so", "usr/sbin/ipset", "etc/protocols", OsRelease, OpenSsl,
            "usr/lib/cni/loopback", "usr/lib/cni/portmap",
        ],
        Moved = new Dictionary<string, string> { ["usr/lib/cni/loopback"] = "opt/cni/bin/loopback", ["usr/lib/cni/portmap"] = "opt/cni/bin/portmap" },
        Links = new Dictionary<string, string> { ["usr/sbin/birdc"] = "birdcl" },
        Programs =
        [
            new("calico", "cni/Plugin", "opt/cni/bin/calico"),
            new("calico-ipam", "ipam/Plugin", "opt/cni/bin/calico-ipam"),
            new("calico-agent", "agent/Agent", "usr/bin/calico-agent"),
            new("calicoctl", "ctl", "usr/bin/calicoctl"),
        ],
        Entrypoint = ["/usr/bin/calico-agent"],
    };

    private static ImageRecipe KubeControllers() => new("kube-controllers", "Calico's controllers for Kubernetes")
    {
        Packages = ["base-files", "libc6", "libssl3"],
        PackageFiles = [OsRelease, OpenSsl],
        Programs = [new("calico-controller", "controller", "usr/bin/calico-controller")],
        Entrypoint = ["/usr/bin/calico-controller"],
        User = NonRoot,
    };

    private static ImageRecipe Etcd() => new("etcd", "etcd and etcdctl as Debian has them")
    {
        Packages = ["etcd-server", "etcd-client", "base-files", "libc6"],
        PackageFiles = [OsRelease, "usr/bin/etcd", "usr/bin/etcdctl"],
        Entrypoint = ["/usr/bin/etcd"],
        Environment = ["ETCDCTL_API=3"],
    };
}
