using System.Text.Json.Nodes;
using Calico.Store;

namespace Calico.Ctl.Resources;

/// <summary>An object as the datastore holds it.</summary>
/// <param name="Ref">With the name it is stored under.</param>
/// <param name="Json">All of it, fields nobody knows included; without a resource version, which is <paramref name="Stored"/>'s ModRevision.</param>
internal sealed record StoredObject(ObjectRef Ref, KeyValue Stored, JsonObject Json)
{
    public long Revision => Stored.ModRevision;
}
