using System.Text.Json;
using Calico.Model.Json;
using Calico.Model.Policy;
using Calico.Model.Resources;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Policies;

/// <summary>
/// A policy in the form in which most are kept: of many thousands few decide about an endpoint of this node, and the text of one takes
/// a fifth of what it takes ready to render.
/// </summary>
internal sealed class StoredPolicy
{
    // The object as JSON, or what was compiled where there is no object that could be read.
    private readonly byte[] _json;
    private readonly CompiledPolicy? _compiled;

    private StoredPolicy(byte[] json, CompiledPolicy? compiled) => (_json, _compiled) = (json, compiled);

    /// <param name="compiled">The same as <paramref name="policy"/>.</param>
    public static StoredPolicy Of<TSpec>(Resource<TSpec> policy, CompiledPolicy compiled)
        where TSpec : class, new()
    {
        try
        {
            var metadata = new ObjectMeta { Name = policy.Metadata.Name, Namespace = policy.Metadata.Namespace };
            return new StoredPolicy(ModelJson.Write(policy with { Metadata = metadata }), null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            // What can be read and not be written: an escape of half a character in a field that nobody knows, an order of 1e400.
            return Of(compiled);
        }
    }

    public static StoredPolicy Of(CompiledPolicy compiled) => new([], compiled);

    public CompiledPolicy Compile(bool isGlobal) => _compiled ?? (isGlobal
        ? PolicyCompiler.Compile(ModelJson.Read<Resource<GlobalNetworkPolicySpec>>(_json))
        : PolicyCompiler.Compile(ModelJson.Read<Resource<NetworkPolicySpec>>(_json)));

    public bool IsSame(StoredPolicy other) =>
        _json.AsSpan().SequenceEqual(other._json) && Equals(_compiled, other._compiled);
}
