using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;

namespace Calico.Images.Oci;

/// <summary>One image in a tar: an OCI image layout, with the file beside its index that <c>docker load</c> looks for.</summary>
internal static class ImageArchive
{
    private const string Epoch = "1970-01-01T00:00:00Z";
    private const string IndexType = "application/vnd.oci.image.index.v1+json";
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string ConfigType = "application/vnd.oci.image.config.v1+json";

    /// <returns>The digest of the image's manifest.</returns>
    public static string Write(string file, ImageRecipe recipe, string version, IReadOnlyList<Layer> layers)
    {
        var reference = $"calico/{recipe.Name}:{version}";
        Blob config = new(ConfigType, Json(Config(recipe, version, layers)));
        Blob manifest = new(ManifestType, Json(Manifest(config, layers)));
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal)
        {
            ["oci-layout"] = Json(new JsonObject { ["imageLayoutVersion"] = "1.0.0" }),
            ["index.json"] = Json(Index(manifest, reference, version)),
            ["manifest.json"] = Json(new JsonArray(new JsonObject
            {
                ["Config"] = config.Path,
                ["RepoTags"] = Strings([reference]),
                ["Layers"] = Strings(layers.Select(layer => layer.Blob.Path)),
            })),
        };
        foreach (var blob in layers.Select(layer => layer.Blob).Append(config).Append(manifest))
        {
            files[blob.Path] = blob.Content;
        }

        WriteTar(file, files);
        return manifest.Digest;
    }

    private static JsonObject Config(ImageRecipe recipe, string version, IReadOnlyList<Layer> layers) => new()
    {
        ["architecture"] = "amd64",
        ["os"] = "linux",
        ["created"] = Epoch,
        ["config"] = new JsonObject
        {
            ["User"] = recipe.User,
            ["Env"] = Strings(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", .. recipe.Environment]),
            ["Entrypoint"] = Strings(recipe.Entrypoint),
            ["Labels"] = new JsonObject
            {
                ["org.opencontainers.image.title"] = $"calico/{recipe.Name}",
                ["org.opencontainers.image.description"] = recipe.Title,
                ["org.opencontainers.image.version"] = version,
                ["org.opencontainers.image.licenses"] = "Apache-2.0",
            },
        },
        ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Strings(layers.Select(layer => layer.DiffId)) },
        ["history"] = new JsonArray([.. layers.Select(_ => new JsonObject { ["created"] = Epoch, ["created_by"] = "calico-images" })]),
    };

    private static JsonObject Manifest(Blob config, IReadOnlyList<Layer> layers) => new()
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = ManifestType,
        ["config"] = Descriptor(config),
        ["layers"] = new JsonArray([.. layers.Select(layer => Descriptor(layer.Blob))]),
    };

    private static JsonObject Index(Blob manifest, string reference, string version)
    {
        var descriptor = Descriptor(manifest);
        // A kubelet asks its runtime for the name with the default registry's host.
        descriptor["annotations"] = new JsonObject { ["io.containerd.image.name"] = "docker.io/" + reference, ["org.opencontainers.image.ref.name"] = version };
        return new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = IndexType, ["manifests"] = new JsonArray(descriptor) };
    }

    private static JsonObject Descriptor(Blob blob) => new() { ["mediaType"] = blob.MediaType, ["digest"] = blob.Digest, ["size"] = blob.Content.Length };

    private static JsonArray Strings(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);

    private static byte[] Json(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());

    private static void WriteTar(string file, SortedDictionary<string, byte[]> files)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        using (TarWriter writer = new(File.Create(file + ".new"), TarEntryFormat.Ustar))
        {
            foreach (var (name, content) in files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    ModificationTime = DateTimeOffset.UnixEpoch,
                    Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
                    DataStream = new MemoryStream(content),
                });
            }
        }

        File.Move(file + ".new", file, overwrite: true);
    }
}
