using System.Text;
using Calico.Agent.Calc.Input;
using Calico.Model.Resources;

namespace Calico.Agent.Calc.Sets;

/// <summary>A <see cref="ResourceId"/> in the form in which one is kept for every object of the cluster: its name in half the memory.</summary>
internal readonly struct SourceKey(ResourceId id, string @namespace) : IEquatable<SourceKey>
{
    private readonly ResourceKind _kind = id.Kind;
    private readonly string _namespace = @namespace;
    private readonly byte[] _name = Encoding.UTF8.GetBytes(id.Name);

    public bool Equals(SourceKey other) => _kind == other._kind && _namespace == other._namespace && _name.AsSpan().SequenceEqual(other._name);

    public override bool Equals(object? obj) => obj is SourceKey other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(_namespace);
        hash.AddBytes(_name);
        return hash.ToHashCode();
    }
}
