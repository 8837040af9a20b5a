using System.Text.Json.Nodes;

namespace Calico.Tests.Rig.Cni;

/// <summary>
/// Plugins of a conflist called one after the other as libcni does: ADD in order, each with its predecessor's result as prevResult;
/// CHECK and DEL with the last result, DEL in reverse order (CNI spec, section 3).
/// </summary>
public sealed class CniChain(CniCaller caller, string network, string version, params IReadOnlyList<JsonObject> plugins)
{
    private JsonObject? _result;

    /// <summary>runtimeConfig, given to each plugin that declares the capability.</summary>
    public JsonObject RuntimeConfig { get; init; } = [];

    public async Task<JsonObject> AddAsync(Pod pod)
    {
        _result = null;
        foreach (var plugin in plugins)
        {
            _result = (await caller.AddAsync(pod, Complete(plugin))).Result;
        }

        return _result!;
    }

    /// <summary>CHECK of each plugin but those of the types in <paramref name="without"/>.</summary>
    public async Task CheckAsync(Pod pod, params IReadOnlyList<string> without)
    {
        foreach (var plugin in plugins.Where(plugin => !without.Contains((string)plugin["type"]!)))
        {
            (await caller.CheckAsync(pod, Complete(plugin))).OrThrow();
        }
    }

    public async Task DelAsync(Pod pod)
    {
        foreach (var plugin in plugins.Reverse())
        {
            (await caller.DelAsync(pod, Complete(plugin))).OrThrow();
        }
    }

    private JsonObject Complete(JsonObject plugin)
    {
        var wanted = (plugin["capabilities"]?.AsObject() ?? []).Where(pair => (bool)pair.Value!).Select(pair => pair.Key).ToHashSet();
        var runtime = new JsonObject(RuntimeConfig.Where(pair => wanted.Contains(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        return plugin.With(
            ("cniVersion", version),
            ("name", network),
            ("runtimeConfig", runtime.Count > 0 ? runtime : null),
            ("prevResult", _result?.DeepClone()));
    }
}
