using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Calico.Tests.Netns.Runtimes;

/// <summary>A container image that holds the machine's static busybox and nothing else, made here because no registry is asked.</summary>
internal static class BusyboxImage
{
    public const string Name = "calico.test/busybox:1";
    public const string Program = "/bin/busybox";
    private static readonly UnixFileMode Executable = (UnixFileMode)Convert.ToInt32("755", 8);

    /// <summary>Writes the image as an OCI image layout (OCI image spec, image-layout.md) in a tar file, as <c>ctr images import</c> reads it.</summary>
    public static async Task WriteLayoutAsync(string path)
    {
        await using var file = File.Create(path);
        await using var tar = new TarWriter(file);
        var layer = await LayerAsync();
        var config = Json(new JsonObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            // Also the process that holds a pod's namespaces; it must not end by itself.
            ["config"] = new JsonObject { ["Entrypoint"] = new JsonArray(Program, "sleep", "3600"), ["Env"] = new JsonArray("PATH=/bin") },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(Digest(layer)) },
        });
        var manifest = Json(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", config),
            ["layers"] = new JsonArray(Descriptor("application/vnd.oci.image.layer.v1.tar", layer)),
        });
        var entry = Descriptor("application/vnd.oci.image.manifest.v1+json", manifest);
        entry["annotations"] = new JsonObject { ["io.containerd.image.name"] = Name };
        await WriteAsync(tar, "oci-layout", Json(new JsonObject { ["imageLayoutVersion"] = "1.0.0" }));
        await WriteAsync(tar, "index.json", Json(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(entry) }));
        foreach (var blob in (byte[][])[layer, config, manifest])
        {
            await WriteAsync(tar, $"blobs/sha256/{Digest(blob)["sha256:".Length..]}", blob);
        }
    }

    /// <summary>Unpacks the image's only layer below <paramref name="directory"/>.</summary>
    public static async Task UnpackAsync(string directory)
    {
        using var layer = new MemoryStream(await LayerAsync());
        await TarFile.ExtractToDirectoryAsync(layer, directory, overwriteFiles: false);
    }

    private static async Task<byte[]> LayerAsync()
    {
        using var bytes = new MemoryStream();
        await using (var tar = new TarWriter(bytes, leaveOpen: true))
        {
            foreach (var directory in (string[])["bin", "dev", "etc", "proc", "sys", "tmp"])
            {
                await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, directory + "/") { Mode = Executable });
            }

            using var busybox = new MemoryStream(await File.ReadAllBytesAsync(Program));
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, Program[1..]) { Mode = Executable, DataStream = busybox });
        }

        return bytes.ToArray();
    }

    private static async Task WriteAsync(TarWriter tar, string name, byte[] content)
    {
        using var stream = new MemoryStream(content);
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = stream });
    }

    private static JsonObject Descriptor(string mediaType, byte[] blob) => new()
    {
        ["mediaType"] = mediaType,
        ["digest"] = Digest(blob),
        ["size"] = blob.Length,
    };

    private static string Digest(byte[] blob) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(blob));

    private static byte[] Json(JsonObject value) => Encoding.UTF8.GetBytes(value.ToJsonString());
}
