using System.Net;

namespace Calico.Controller.Bootstrap;

/// <summary>A member of the cluster of etcd: the node it runs on.</summary>
/// <param name="Addresses">Of the node, at least one; the members reach each other at the first.</param>
/// <param name="JoinsExisting">It replaces another that was there (an operator's step); false for the members that made the cluster.</param>
internal sealed record EtcdMember(string Name, IReadOnlyList<IPAddress> Addresses, bool JoinsExisting)
{
    private const string New = "new";
    private const string Existing = "existing";

    public string PeerUrl => Url(Addresses[0], EtcdNames.PeerPort);

    public static string Url(IPAddress address, int port) => $"https://{new IPEndPoint(address, port)}";

    /// <summary>One line for each: name, addresses with commas between them, <c>new</c> or <c>existing</c>.</summary>
    public static string Format(IEnumerable<EtcdMember> members) => string.Concat(members.Select(member => $"{member}\n"));

    /// <exception cref="BootstrapException">A line is malformed; it is named.</exception>
    public static IReadOnlyList<EtcdMember> Parse(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(ParseLine)];

    public bool Equals(EtcdMember? other) =>
        other is not null && Name == other.Name && JoinsExisting == other.JoinsExisting && Addresses.SequenceEqual(other.Addresses);

    public override int GetHashCode() => HashCode.Combine(Name, JoinsExisting, Addresses.Count);

    public override string ToString() => $"{Name} {string.Join(',', Addresses)} {(JoinsExisting ? Existing : New)}";

    private static EtcdMember ParseLine(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 3 || words[2] is not (New or Existing))
        {
            throw Malformed(line);
        }

        var addresses = words[1].Split(',').Select(text => IPAddress.TryParse(text, out var address) ? address : throw Malformed(line)).ToList();
        return new EtcdMember(words[0], addresses, words[2] == Existing);
    }

    private static BootstrapException Malformed(string line) => new(
        $"'{line}' in {EtcdNames.MembersKey} of ConfigMap {EtcdNames.Etcd} is not NODE ADDRESS[,ADDRESS] {New}|{Existing}, such as 'node1 192.0.2.1 {New}'");
}
