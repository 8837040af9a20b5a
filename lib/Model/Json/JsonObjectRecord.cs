using System.Text.Json;
using System.Text.Json.Serialization;

namespace Calico.Model.Json;

/// <summary>
/// A JSON object of which we know some fields. What we do not know is kept in <see cref="Unknown"/> and written back,
/// so that an object of a newer or older upstream survives our read-modify-write.
/// </summary>
public abstract record JsonObjectRecord
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
