using System.Text.Json;
using Calico.Model.Resources;

namespace Calico.Controller.Resources;

/// <summary>An object as the datastore holds it.</summary>
/// <param name="Namespace">Empty for kinds without.</param>
/// <param name="Json">All of it.</param>
internal sealed record StoredSide(string Namespace, string Name, long ModRevision, SyncContent Content, StoredLink? Link, JsonElement Json);
