using System.CommandLine;
using Calico.Ctl.Resources;

namespace Calico.Ctl.Commands;

/// <summary><c>calicoctl delete</c>.</summary>
internal static class DeleteCommand
{
    public static Command Create(CommandHost host)
    {
        var kind = ResourceOptions.Kind();
        kind.Arity = ArgumentArity.ZeroOrOne;
        var names = new Argument<string[]>("name") { Description = "names", HelpName = "NAME", Arity = ArgumentArity.ZeroOrMore };
        var (files, recursive, skipEmpty) = (ResourceOptions.FileNames(required: false), ResourceOptions.Recursive(), ResourceOptions.SkipEmpty());
        var (inNamespace, dryRun) = (ResourceOptions.Namespace(), ResourceOptions.DryRun());
        var skipNotExists = new Option<bool>("--skip-not-exists") { Description = "an object that does not exist is no error" };
        var command = new Command("delete", "Deletes resources, by kind and name or by what files name") { kind, names, files, recursive, skipEmpty, inNamespace, skipNotExists, dryRun };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            var (ns, given) = (parsed.GetValue(inNamespace), parsed.GetValue(files)!);
            var run = new Run(
                new Batch(host, "deleted", parsed.GetValue(dryRun)),
                new ObjectWriter(store, host.Context.Time, parsed.GetValue(dryRun)),
                parsed.GetValue(skipNotExists) ? ObjectFailure.NotFound : null);
            return given.Length == 0
                ? await run.NamedAsync(References(parsed.GetValue(kind), parsed.GetValue(names)!, ns), cancellationToken)
                : await run.OfFilesAsync(
                    await ManifestFiles.ReadAsync(given, parsed.GetValue(recursive), parsed.GetValue(skipEmpty), ns, host.Context.In, cancellationToken), cancellationToken);
        });
        return command;
    }

    private static IEnumerable<ObjectRef> References(string? kindName, string[] names, string? ns)
    {
        if (kindName is null || names.Length == 0)
        {
            throw CtlException.Usage("say what: calicoctl delete KIND NAME..., or --filename");
        }

        var kind = Kinds.Find(kindName);
        return kind.IsNamespaced || ns is null
            ? names.Select(name => new ObjectRef(kind, kind.IsNamespaced ? ns ?? "default" : "", name))
            : throw CtlException.Usage($"a {kind} has no namespace: leave --namespace away");
    }

    private sealed class Run(Batch batch, ObjectWriter writer, ObjectFailure? skips)
    {
        public async Task<int> NamedAsync(IEnumerable<ObjectRef> references, CancellationToken cancellationToken)
        {
            foreach (var reference in references)
            {
                await batch.RunAsync(reference, () => writer.DeleteAsync(reference, null, null, cancellationToken), skips);
            }

            return await batch.EndAsync();
        }

        public async Task<int> OfFilesAsync(ManifestParser files, CancellationToken cancellationToken)
        {
            foreach (var problem in files.Problems)
            {
                await batch.FailAsync(problem);
            }

            // In the reverse order of apply: policies before their tier.
            foreach (var manifest in files.Manifests.Reverse())
            {
                await batch.RunAsync(
                    manifest.Ref,
                    () => writer.DeleteAsync(manifest.Ref, ObjectKeys.TierOf(manifest.Ref.Kind, manifest.Json), StoredForm.RevisionOf(manifest.Ref, manifest.Json), cancellationToken),
                    skips);
            }

            return await batch.EndAsync();
        }
    }
}
