using Calico.Model.Identity;
using Calico.Model.Net;
using Calico.Model.Resources;

namespace Calico.Model;

/// <summary>Upstream's key layout in etcd (features.md C6): every path we read or write is made and taken apart here.</summary>
public static class EtcdKeys
{
    public const string Root = "/calico/";
    public const string Blocks = "/calico/ipam/v2/assignment/";
    public const string Handles = "/calico/ipam/v2/handle/";
    public const string Affinities = "/calico/ipam/v2/host/";
    public const string IpamConfig = "/calico/ipam/v2/config";

    /// <summary>Ours, not upstream's: questions of the collector to the nodes whose addresses look leaked.</summary>
    public const string Inquiries = "/calico/ipam/inquiry/v1/host/";

    /// <summary>
    /// Keys from here on are not for nodes to follow: in a cluster of thousands each would hear what every other one answers. It sorts after all keys of
    /// upstream, so that what is followed stays one range, and below <see cref="Root"/>, so that the same role of etcd permits both.
    /// </summary>
    public const string Unfollowed = "/calico/~";

    /// <summary>Ours, not upstream's: what <c>calicoctl wait</c> asks the nodes, and below <see cref="Answers"/> what they answer.</summary>
    public const string Questions = "/calico/wait/v1/question/";
    public const string Answers = "/calico/~wait/v1/answer/";
    private const string Resources = "/calico/resources/v3/projectcalico.org/";

    public static string Block(Cidr cidr) => $"{Blocks}{cidr.Family.KeyWord()}/block/{cidr.ToKeyText()}";

    public static string BlocksOf(IpFamily family) => $"{Blocks}{family.KeyWord()}/block/";

    public static string Handle(string handleId) => Handles + Escape(handleId);

    public static string Affinity(string node, Cidr block) => $"{AffinitiesOf(node)}{block.Family.KeyWord()}/block/{block.ToKeyText()}";

    /// <summary>The prefix of all affinities of a node, both families.</summary>
    public static string AffinitiesOf(string node) => $"{Affinities}{Escape(node)}/";

    /// <summary>The prefix of all questions to a node.</summary>
    public static string InquiriesOf(string node) => $"{Inquiries}{Escape(node)}/";

    public static string Inquiry(string node, string subject) => InquiriesOf(node) + Escape(subject);

    public static string Question(string id) => Questions + Escape(id);

    public static string QuestionId(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Unescape(key[Questions.Length..]);
    }

    /// <summary>The prefix of all answers to a question.</summary>
    public static string AnswersTo(string id) => $"{Answers}{Escape(id)}/";

    public static string Answer(string id, string node) => AnswersTo(id) + Escape(node);

    public static bool TryParseAnswer(string key, string id, out string node)
    {
        ArgumentNullException.ThrowIfNull(key);
        var prefix = AnswersTo(id);
        var matches = key.StartsWith(prefix, StringComparison.Ordinal) && key.Length > prefix.Length;
        node = matches ? Unescape(key[prefix.Length..]) : "";
        return matches;
    }

    /// <summary>The prefix of all resources of a kind.</summary>
    public static string Prefix(ResourceKind kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return $"{Resources}{kind.Plural}/";
    }

    public static string Resource(ResourceKind kind, string name)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.Namespaced
            ? throw new ArgumentException($"a {kind} lives in a namespace", nameof(kind))
            : Prefix(kind) + Escape(name);
    }

    public static string Resource(ResourceKind kind, string @namespace, string name)
    {
        ArgumentNullException.ThrowIfNull(kind);
        return kind.Namespaced
            ? $"{Prefix(kind)}{Escape(@namespace)}/{Escape(name)}"
            : throw new ArgumentException($"a {kind} has no namespace", nameof(kind));
    }

    /// <summary>The endpoint of a workload on a node.</summary>
    public static string Endpoint(WorkloadIdentity identity, string node)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return Resource(ResourceKind.WorkloadEndpoint, identity.Namespace, identity.EndpointName(node));
    }

    public static bool TryParseBlock(string key, out Cidr cidr)
    {
        ArgumentNullException.ThrowIfNull(key);
        cidr = default;
        return key.StartsWith(Blocks, StringComparison.Ordinal) && Cidr.TryParseKeyText(key[(key.LastIndexOf('/') + 1)..], out cidr);
    }

    public static bool TryParseAffinity(string key, out string node, out Cidr block)
    {
        ArgumentNullException.ThrowIfNull(key);
        node = "";
        block = default;
        if (!key.StartsWith(Affinities, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = key[Affinities.Length..].Split('/');
        if (parts.Length != 4 || parts[2] != "block")
        {
            return false;
        }

        node = Unescape(parts[0]);
        return Cidr.TryParseKeyText(parts[3], out block);
    }

    public static bool TryParseHandle(string key, out string handleId)
    {
        ArgumentNullException.ThrowIfNull(key);
        var matches = key.StartsWith(Handles, StringComparison.Ordinal) && key.Length > Handles.Length;
        handleId = matches ? Unescape(key[Handles.Length..]) : "";
        return matches;
    }

    public static bool TryParseInquiry(string key, out string node, out string subject)
    {
        ArgumentNullException.ThrowIfNull(key);
        node = subject = "";
        if (!key.StartsWith(Inquiries, StringComparison.Ordinal) || key[Inquiries.Length..].Split('/') is not [{ Length: > 0 } host, { Length: > 0 } rest])
        {
            return false;
        }

        (node, subject) = (Unescape(host), Unescape(rest));
        return true;
    }

    /// <summary>Takes a resource key apart; the namespace is empty for kinds without one.</summary>
    public static bool TryParseResource(ResourceKind kind, string key, out string @namespace, out string name)
    {
        ArgumentNullException.ThrowIfNull(key);
        @namespace = name = "";
        var prefix = Prefix(kind);
        if (!key.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = key[prefix.Length..].Split('/');
        if (parts.Length != (kind.Namespaced ? 2 : 1))
        {
            return false;
        }

        @namespace = kind.Namespaced ? Unescape(parts[0]) : "";
        name = Unescape(parts[^1]);
        return true;
    }

    private static string Escape(string part)
    {
        ArgumentException.ThrowIfNullOrEmpty(part);
        return part.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2f", StringComparison.Ordinal);
    }

    private static string Unescape(string part) =>
        part.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase).Replace("%25", "%", StringComparison.Ordinal);
}
