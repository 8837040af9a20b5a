using System.Text.Json;

namespace Calico.Tests.Fakes;

/// <summary>A small cluster's datastore as upstream's own client library (3.8) wrote it into etcd: key to value.</summary>
public static class UpstreamDatastore
{
    private const string Resource = "upstream-etcd-v3.8.json";

    public static IReadOnlyDictionary<string, string> Read()
    {
        using var stream = typeof(UpstreamDatastore).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not embedded");
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetRawText());
    }
}
