using System.CommandLine;
using System.Text.Json.Nodes;
using Calico.Ctl.Resources;
using Calico.Store.Yaml;

namespace Calico.Ctl.Commands;

/// <summary><c>calicoctl patch</c>.</summary>
internal static class PatchCommand
{
    public static Command Create(CommandHost host)
    {
        var kind = ResourceOptions.Kind();
        var name = new Argument<string>("name") { Description = "name", HelpName = "NAME" };
        var patch = new Option<string>("--patch", "-p") { Description = "the fields to change, as YAML or JSON; null removes one, a list is replaced as a whole", HelpName = "patch", Required = true };
        var type = new Option<string>("--type", "-t") { Description = "merge, or strategic, which is the same for these kinds", DefaultValueFactory = _ => "strategic" };
        type.AcceptOnlyFromAmong("strategic", "merge");
        var (inNamespace, dryRun) = (ResourceOptions.Namespace(), ResourceOptions.DryRun());
        var command = new Command("patch", "Changes some fields of a resource") { kind, name, patch, type, inNamespace, dryRun };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            var reference = Reference(parsed.GetValue(kind)!, parsed.GetValue(inNamespace), parsed.GetValue(name)!);
            var changes = Parse(parsed.GetValue(patch)!);
            var batch = new Batch(host, "patched", parsed.GetValue(dryRun));
            await batch.RunAsync(
                reference,
                () => new ObjectWriter(store, host.Context.Time, parsed.GetValue(dryRun)).ChangeAsync(reference, json => MergePatch.Apply(json, changes), cancellationToken),
                null);
            return await batch.EndAsync();
        });
        return command;
    }

    /// <summary>The one object that a command names.</summary>
    public static ObjectRef Reference(string kindName, string? ns, string name)
    {
        var kind = Kinds.Find(kindName);
        return kind.IsNamespaced || ns is null
            ? new ObjectRef(kind, kind.IsNamespaced ? ns ?? "default" : "", name)
            : throw CtlException.Usage($"a {kind} has no namespace: leave --namespace away");
    }

    private static JsonObject Parse(string text)
    {
        JsonObject patch;
        try
        {
            patch = YamlJson.ReadAll(text) is [JsonObject only] ? only : throw new FormatException("expected one object such as {\"spec\":{\"disabled\":true}}");
        }
        catch (FormatException e)
        {
            throw CtlException.Usage($"--patch: {e.Message}");
        }

        return (patch["metadata"] as JsonObject)?.ContainsKey("name") == true || patch.ContainsKey("kind")
            ? throw CtlException.Usage("--patch: kind and name say which object it is, and do not change")
            : patch;
    }
}
