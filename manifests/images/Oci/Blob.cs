using System.Security.Cryptography;

namespace Calico.Images.Oci;

/// <summary>Content that is named by its hash (OCI image spec, descriptor.md).</summary>
internal sealed record Blob(string MediaType, byte[] Content)
{
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));

    public string Digest => "sha256:" + Hash;

    /// <summary>Its path in an image layout.</summary>
    public string Path => "blobs/sha256/" + Hash;
}
