using System.CommandLine;
using Calico.Ctl.Output;
using Calico.Ctl.Resources;

namespace Calico.Ctl.Commands;

/// <summary><c>calicoctl get</c>.</summary>
internal static class GetCommand
{
    public static Command Create(CommandHost host)
    {
        var kind = ResourceOptions.Kind();
        kind.Arity = ArgumentArity.ZeroOrOne;
        var names = new Argument<string[]>("name") { Description = "names; all objects of the kind if there is none", HelpName = "NAME", Arity = ArgumentArity.ZeroOrMore };
        var (files, recursive, skipEmpty) = (ResourceOptions.FileNames(required: false), ResourceOptions.Recursive(), ResourceOptions.SkipEmpty());
        var output = new Option<string>("--output", "-o") { Description = "ps, wide, yaml, json, name, or custom-columns=HEADING,...", HelpName = "format", DefaultValueFactory = _ => "ps" };
        var (inNamespace, allNamespaces) = (ResourceOptions.Namespace(), ResourceOptions.AllNamespaces());
        var export = new Option<bool>("--export") { Description = "without what belongs to this datastore alone: to apply it to another" };
        var command = new Command("get", "Shows resources") { kind, names, files, recursive, skipEmpty, output, inNamespace, allNamespaces, export };
        host.OnStore(command, async (parsed, store, cancellationToken) =>
        {
            var (ns, all) = (parsed.GetValue(inNamespace), parsed.GetValue(allNamespaces));
            var printer = new ObjectPrinter(OutputFormat.Parse(parsed.GetValue(output)!), all || ns is not null, parsed.GetValue(export));
            if (all && ns is not null)
            {
                throw CtlException.Usage("--namespace and --all-namespaces exclude each other");
            }

            var run = new Run(host, new ObjectReader(store), printer);
            if (parsed.GetValue(files) is { Length: > 0 } given)
            {
                if (parsed.GetValue(kind) is not null)
                {
                    throw CtlException.Usage("say a kind, or --filename, and not both");
                }

                var parser = await ManifestFiles.ReadAsync(given, parsed.GetValue(recursive), parsed.GetValue(skipEmpty), ns, host.Context.In, cancellationToken);
                return await run.NamedAsync([.. parser.Manifests.Select(manifest => (manifest.Ref, ObjectKeys.TierOf(manifest.Ref.Kind, manifest.Json)))], parser.Problems, cancellationToken);
            }

            var wanted = Kinds.Find(parsed.GetValue(kind) ?? throw CtlException.Usage("say which kind: calicoctl get KIND [NAME...], or --filename"));
            RequireNamespaced(wanted, ns, all);
            return parsed.GetValue(names) is { Length: > 0 } chosen
                ? await run.NamedAsync([.. chosen.Select(name => (Reference(wanted, ns, all, name), (string?)null))], [], cancellationToken)
                : await run.ListAsync(wanted, all ? null : ns ?? "default", cancellationToken);
        });
        return command;
    }

    private static void RequireNamespaced(Kind kind, string? ns, bool all)
    {
        if (!kind.IsNamespaced && ns is not null)
        {
            throw CtlException.Usage($"a {kind} has no namespace: leave --namespace away");
        }

        if (!kind.IsNamespaced && all)
        {
            throw CtlException.Usage($"a {kind} has no namespace: leave --all-namespaces away");
        }
    }

    private static ObjectRef Reference(Kind kind, string? ns, bool all, string name) => all
        ? throw CtlException.Usage("a name is one of a namespace: say --namespace instead of --all-namespaces")
        : new ObjectRef(kind, kind.IsNamespaced ? ns ?? "default" : "", name);

    private sealed class Run(CommandHost host, ObjectReader reader, ObjectPrinter printer)
    {
        public async Task<int> ListAsync(Kind kind, string? ns, CancellationToken cancellationToken)
        {
            var list = await reader.ListAsync(kind, kind.IsNamespaced ? ns : null, cancellationToken);
            await host.Context.Out.WriteAsync(printer.List(list));
            return await EndAsync(list.Problems);
        }

        public async Task<int> NamedAsync(IReadOnlyList<(ObjectRef Ref, string? Tier)> wanted, IEnumerable<string> problems, CancellationToken cancellationToken)
        {
            var (found, failures) = (new List<StoredObject>(), problems.ToList());
            foreach (var (reference, tier) in wanted)
            {
                try
                {
                    found.Add(await reader.FindAsync(reference, tier, cancellationToken) ?? throw new ObjectException(ObjectFailure.NotFound, $"{reference} does not exist"));
                }
                catch (ObjectException e)
                {
                    failures.Add(e.Message);
                }
            }

            await host.Context.Out.WriteAsync(printer.Named(found));
            return await EndAsync(failures);
        }

        private async Task<int> EndAsync(IReadOnlyCollection<string> failures)
        {
            foreach (var failure in failures)
            {
                await host.ErrorAsync(failure);
            }

            return failures.Count == 0 ? ExitCode.Success : ExitCode.Failed;
        }
    }
}
