using System.CommandLine;
using Calico.Ctl.Resources;
using Calico.Model.Resources;

namespace Calico.Ctl.Commands;

/// <summary><c>calicoctl apply</c>, <c>create</c> and <c>replace</c>: bring what files say into the datastore.</summary>
internal static class ManifestCommand
{
    /// <summary>What others may rest on goes first, whatever the order of the files.</summary>
    private static readonly ResourceKind[] First = [ResourceKind.Tier, ResourceKind.IpPool, ResourceKind.Node];

    public static Command Apply(CommandHost host) => Of(host, "apply", "applied", "Creates resources, or brings those that exist to what the files say", (writer, manifest, token) => writer.ApplyAsync(manifest, token), null);

    public static Command Create(CommandHost host)
    {
        var skipExists = new Option<bool>("--skip-exists") { Description = "an object that exists is left as it is, and is no error" };
        return Of(host, "create", "created", "Creates resources; one that exists is an error", (writer, manifest, token) => writer.CreateAsync(manifest, token), skipExists);
    }

    public static Command Replace(CommandHost host) => Of(
        host, "replace", "replaced", "Replaces resources; one that does not exist, or has another resourceVersion than the file says, is an error", (writer, manifest, token) => writer.ReplaceAsync(manifest, token), null);

    private static Command Of(
        CommandHost host, string name, string verb, string description, Func<ObjectWriter, Manifest, CancellationToken, Task<ObjectChange>> write, Option<bool>? skipExists)
    {
        var (files, recursive, skipEmpty) = (ResourceOptions.FileNames(required: true), ResourceOptions.Recursive(), ResourceOptions.SkipEmpty());
        var (inNamespace, dryRun) = (ResourceOptions.Namespace(), ResourceOptions.DryRun());
        var command = new Command(name, description) { files, recursive, skipEmpty, inNamespace, dryRun };
        if (skipExists is not null)
        {
            command.Options.Add(skipExists);
        }

        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            var parser = await ManifestFiles.ReadAsync(
                parsed.GetValue(files)!, parsed.GetValue(recursive), parsed.GetValue(skipEmpty), parsed.GetValue(inNamespace), host.Context.In, cancellationToken);
            var writer = new ObjectWriter(store, host.Context.Time, parsed.GetValue(dryRun));
            var batch = new Batch(host, verb, parsed.GetValue(dryRun));
            foreach (var problem in parser.Problems)
            {
                await batch.FailAsync(problem);
            }

            foreach (var warning in await TierWarnings.FindAsync(store, parser.Manifests, cancellationToken))
            {
                await host.WarnAsync(warning);
            }

            ObjectFailure? skips = skipExists is not null && parsed.GetValue(skipExists) ? ObjectFailure.AlreadyExists : null;
            foreach (var manifest in parser.Manifests.OrderBy(manifest => Place(manifest.Ref.Kind)))
            {
                foreach (var warning in ObjectRules.Warnings(manifest.Ref, manifest.Json))
                {
                    await host.WarnAsync(warning);
                }

                await batch.RunAsync(manifest.Ref, () => write(writer, manifest, cancellationToken), skips);
            }

            return await batch.EndAsync();
        });
        return command;
    }

    private static int Place(Kind kind) => Array.IndexOf(First, kind.Type.Kind) is >= 0 and var place ? place : First.Length;
}
