using Calico.Linux.Netlink;
using Calico.Model.Net;

namespace Calico.Linux.Nftables;

/// <summary>What <c>iptables-nft</c> itself cannot do to the tables it makes, in the calling thread's namespace.</summary>
public static class NftTable
{
    /// <summary>
    /// Removes a table and its chains in one transaction, if nothing is in them: a rule, a set or a chain that is not named makes the kernel
    /// refuse the whole.
    /// </summary>
    /// <param name="chains">Those that the table may have; iptables-nft prints some that it has not made yet.</param>
    /// <exception cref="NetlinkException">The kernel refused: the table is as it was.</exception>
    public static void DeleteEmpty(IpFamily family, string table, IReadOnlyCollection<string> chains)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        ArgumentNullException.ThrowIfNull(chains);
        using var socket = NetlinkSocket.Open(NetlinkConstants.NetfilterProtocol);
        var present = Chains(socket, family, table);
        present.IntersectWith(chains);
        socket.Execute([new DeleteEmptyTable(family, table, present)]);
    }

    private static HashSet<string> Chains(NetlinkSocket socket, IpFamily family, string table)
    {
        var names = new HashSet<string>();
        socket.Dump(new DumpChains(family), names.Clear, payload =>
        {
            var (of, name) = ("", "");
            var attributes = new AttributeReader(payload[NetfilterHeader.Length..]);
            while (attributes.MoveNext())
            {
                switch (attributes.Type)
                {
                    case NftConstants.ChainTable:
                        of = attributes.Text;
                        break;
                    case NftConstants.ChainName:
                        name = attributes.Text;
                        break;
                }
            }

            if (of == table)
            {
                names.Add(name);
            }
        });
        return names;
    }
}
