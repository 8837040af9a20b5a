using Calico.Images.Packages;

namespace Calico.Images.Contents;

/// <summary>A file, directory or symbolic link of the image.</summary>
/// <param name="Path">Without leading slash.</param>
/// <param name="Mode">Permission bits. Owner and group are root always.</param>
internal sealed record TreeEntry(string Path, UnixFileMode Mode)
{
    /// <summary>Where the content is read from, or null.</summary>
    public string? SourceFile { get; init; }

    /// <summary>The content itself, or null.</summary>
    public byte[]? Content { get; init; }

    public string? LinkTarget { get; init; }

    /// <summary>The package it comes from; null for what is ours.</summary>
    public DebianPackage? Package { get; init; }

    public bool IsDirectory => SourceFile is null && Content is null && LinkTarget is null;
}
