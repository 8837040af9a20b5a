using System.CommandLine;
using Calico.Ctl.Resources;

namespace Calico.Ctl.Commands;

/// <summary><c>calicoctl validate</c>: what is wrong with files, without a datastore.</summary>
internal static class ValidateCommand
{
    public static Command Create(CommandHost host)
    {
        var (files, recursive, skipEmpty, inNamespace) = (ResourceOptions.FileNames(required: true), ResourceOptions.Recursive(), ResourceOptions.SkipEmpty(), ResourceOptions.Namespace());
        var command = new Command("validate", "Says everything that is wrong with resources in files; needs no datastore") { files, recursive, skipEmpty, inNamespace };
        host.On(command, async (parsed, cancellationToken) =>
        {
            var parser = await ManifestFiles.ReadAsync(
                parsed.GetValue(files)!, parsed.GetValue(recursive), parsed.GetValue(skipEmpty), parsed.GetValue(inNamespace), host.Context.In, cancellationToken);
            var wrong = parser.Problems.Count;
            foreach (var problem in parser.Problems)
            {
                await host.ErrorAsync(problem);
            }

            foreach (var manifest in parser.Manifests)
            {
                var faults = ObjectRules.Faults(manifest.Ref, manifest.Json);
                wrong += faults.Count > 0 ? 1 : 0;
                foreach (var fault in faults)
                {
                    await host.ErrorAsync($"{manifest.Source}: {fault}");
                }

                foreach (var warning in ObjectRules.Warnings(manifest.Ref, manifest.Json))
                {
                    await host.WarnAsync($"{manifest.Source}: {warning}");
                }
            }

            var total = parser.Manifests.Count + parser.Problems.Count;
            await host.Context.Out.WriteLineAsync(wrong == 0 ? $"Successfully validated {total} resource(s)" : $"{wrong} of {total} resource(s) are not valid");
            return wrong == 0 ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }
}
