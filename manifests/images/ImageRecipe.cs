namespace Calico.Images;

/// <summary>What one image holds. Everything that is not named here, or needed by a program that is, stays out.</summary>
internal sealed record ImageRecipe(string Name, string Title)
{
    /// <summary>Debian packages that files, or libraries the programs need, may come from.</summary>
    public required IReadOnlyList<string> Packages { get; init; }

    /// <summary>Files of those packages, with <c>*</c> for any characters but a slash; each must match something.</summary>
    public required IReadOnlyList<string> PackageFiles { get; init; }

    /// <summary>Our programs.</summary>
    public IReadOnlyList<ProgramFile> Programs { get; init; } = [];

    /// <summary>Files that are moved away from where their package has them.</summary>
    public IReadOnlyDictionary<string, string> Moved { get; init; } = new Dictionary<string, string>();

    /// <summary>Symbolic links: path to target.</summary>
    public IReadOnlyDictionary<string, string> Links { get; init; } = new Dictionary<string, string>();

    public required IReadOnlyList<string> Entrypoint { get; init; }

    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Numeric, so that a kubelet can check <c>runAsNonRoot</c>.</summary>
    public string User { get; init; } = "0:0";
}
