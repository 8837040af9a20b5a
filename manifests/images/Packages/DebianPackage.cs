namespace Calico.Images.Packages;

/// <summary>A package of Debian's index, unpacked.</summary>
/// <param name="Control">The fields of its stanza in the index, such as Version, SHA256 and Built-Using.</param>
/// <param name="Root">Directory that it is unpacked in.</param>
internal sealed record DebianPackage(IReadOnlyDictionary<string, string> Control, string Root)
{
    public string Name => Control["Package"];

    public string Version => Control["Version"];

    public string Architecture => Control["Architecture"];

    public string Sha256 => Control["SHA256"];

    public override string ToString() => $"{Name} {Version}";
}
