using Calico.Model.Policy;
using Calico.Model.Resources;

namespace Calico.Tests.Rig.Policy;

/// <summary>Short ways to write what the tests of enforcement store.</summary>
public static class PolicyObjects
{
    public static PolicyRule Allow { get; } = new() { Action = "Allow" };

    public static PolicyRule Deny { get; } = new() { Action = "Deny" };

    public static PolicyRule AllowTcp(int port) => Tcp("Allow", port);

    public static PolicyRule DenyTcp(int port) => Tcp("Deny", port);

    /// <summary>A namespace as Kubernetes' controller leaves it: without policy everything is allowed.</summary>
    public static Resource<ProfileSpec> Namespace(string name) => new()
    {
        Kind = ResourceKind.Profile.Kind,
        Metadata = new ObjectMeta { Name = $"kns.{name}" },
        Spec = new ProfileSpec
        {
            Ingress = [Json("""{"action":"Allow"}""")],
            Egress = [Json("""{"action":"Allow"}""")],
            LabelsToApply = new() { ["pcns.projectcalico.org/name"] = name },
        },
    };

    /// <summary>Of a direction without rules the policy says nothing.</summary>
    public static Resource<GlobalNetworkPolicySpec> GlobalPolicy(
        string name, string selector, double order = 100, IReadOnlyList<PolicyRule>? ingress = null, IReadOnlyList<PolicyRule>? egress = null) => new()
        {
            Kind = ResourceKind.GlobalNetworkPolicy.Kind,
            Metadata = new ObjectMeta { Name = $"default.{name}" },
            Spec = new GlobalNetworkPolicySpec
            {
                Order = order,
                Selector = selector,
                Types = [.. new[] { ingress is null ? null : "Ingress", egress is null ? null : "Egress" }.OfType<string>()],
                Ingress = ingress,
                Egress = egress,
            },
        };

    public static KeyValuePair<string, byte[]?> Put<TSpec>(Resource<TSpec> resource)
        where TSpec : class, new()
    {
        var (key, value) = StoredObjects.Of(resource);
        return KeyValuePair.Create(key, (byte[]?)value);
    }

    public static KeyValuePair<string, byte[]?> Delete<TSpec>(Resource<TSpec> resource)
        where TSpec : class, new() => KeyValuePair.Create(StoredObjects.KeyOf(resource), (byte[]?)null);

    private static PolicyRule Tcp(string action, int port) => new()
    {
        Action = action,
        Protocol = PolicyProtocol.Named("TCP"),
        Destination = new EntityRule { Ports = [PolicyPort.Single(port)] },
    };

    private static System.Text.Json.JsonElement Json(string text) => System.Text.Json.JsonDocument.Parse(text).RootElement;
}
