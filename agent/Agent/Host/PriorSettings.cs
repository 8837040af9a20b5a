using System.Text.Json;
using System.Text.Json.Serialization;

namespace Calico.Agent.Host;

/// <summary>Kernel settings as they were before we changed them, by path, in a file that outlives the agent.</summary>
internal sealed class PriorSettings(string file)
{
    /// <summary>The first value counts: a later agent finds what an earlier one wrote.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Remember(string path, string value)
    {
        var all = new Dictionary<string, string>(All());
        if (all.TryAdd(path, value))
        {
            AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(all, PriorSettingsJson.Default.DictionaryStringString));
        }
    }

    /// <summary>What is remembered; nothing when the file is missing or not ours to read.</summary>
    public IReadOnlyDictionary<string, string> All()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), PriorSettingsJson.Default.DictionaryStringString) ?? [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return new Dictionary<string, string>();
        }
    }
}

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class PriorSettingsJson : JsonSerializerContext;
