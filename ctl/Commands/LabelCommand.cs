using System.CommandLine;
using System.Text.Json.Nodes;
using Calico.Ctl.Resources;

namespace Calico.Ctl.Commands;

/// <summary><c>calicoctl label</c>.</summary>
internal static class LabelCommand
{
    public static Command Create(CommandHost host)
    {
        var kind = ResourceOptions.Kind();
        var name = new Argument<string>("name") { Description = "name", HelpName = "NAME" };
        var label = new Argument<string>("label") { Description = "KEY=VALUE, or KEY with --remove", HelpName = "LABEL" };
        var overwrite = new Option<bool>("--overwrite") { Description = "change the value if the label is there" };
        var remove = new Option<bool>("--remove") { Description = "take the label away" };
        var (inNamespace, dryRun) = (ResourceOptions.Namespace(), ResourceOptions.DryRun());
        var command = new Command("label", "Sets or removes a label of a resource") { kind, name, label, overwrite, remove, inNamespace, dryRun };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            var reference = PatchCommand.Reference(parsed.GetValue(kind)!, parsed.GetValue(inNamespace), parsed.GetValue(name)!);
            var (text, removes, overwrites) = (parsed.GetValue(label)!, parsed.GetValue(remove), parsed.GetValue(overwrite));
            if (removes && overwrites)
            {
                throw CtlException.Usage("--overwrite and --remove exclude each other");
            }

            var (key, value) = removes ? (text, null) : Split(text);
            var batch = new Batch(host, "labelled", parsed.GetValue(dryRun));
            await batch.RunAsync(
                reference,
                () => new ObjectWriter(store, host.Context.Time, parsed.GetValue(dryRun)).ChangeAsync(reference, json => Set(reference, json, key, value, overwrites), cancellationToken),
                null);
            return await batch.EndAsync();
        });
        return command;
    }

    private static (string Key, string? Value) Split(string text) =>
        text.Split('=') is [{ Length: > 0 } key, var value] ? (key, value) : throw CtlException.Usage($"'{text}' is no label: write KEY=VALUE, or KEY with --remove");

    /// <param name="value">Null removes the label.</param>
    private static JsonObject Set(ObjectRef reference, JsonObject json, string key, string? value, bool overwrites)
    {
        var metadata = json["metadata"]!.AsObject();
        var labels = metadata["labels"] as JsonObject ?? [];
        metadata["labels"] ??= labels;
        if (value is null)
        {
            return labels.Remove(key) ? json : throw new ObjectException(ObjectFailure.NotFound, $"{reference} has no label {key}");
        }

        if (!overwrites && labels[key] is { } present && (string?)present != value)
        {
            throw new ObjectException(ObjectFailure.AlreadyExists, $"{reference} has the label {key}={present} already; --overwrite changes it");
        }

        labels[key] = value;
        return json;
    }
}
