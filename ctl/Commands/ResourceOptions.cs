using System.CommandLine;
using System.CommandLine.Completions;
using Calico.Ctl.Resources;

namespace Calico.Ctl.Commands;

/// <summary>The options that commands on resources share, under upstream's names. Made anew for each command.</summary>
internal static class ResourceOptions
{
    public static Argument<string> Kind()
    {
        var kind = new Argument<string>("kind") { Description = "kind of resource: singular, plural or short name, in any case", HelpName = "KIND" };
        kind.CompletionSources.Add(_ => Kinds.All.Select(known => new CompletionItem(known.Type.Kind.Plural)));
        return kind;
    }

    public static Option<string[]> FileNames(bool required) => new("--filename", "-f")
    {
        Description = "file in YAML or JSON, a directory of such files, or - for the standard input",
        HelpName = "file",
        Required = required,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    public static Option<bool> Recursive() => new("--recursive", "-R") { Description = "directories inside directories, too" };

    public static Option<bool> SkipEmpty() => new("--skip-empty") { Description = "a file or directory without a resource is no error" };

    public static Option<string> Namespace() => new("--namespace", "-n")
    {
        Description = "namespace of the resource, for kinds that have one; 'default' if it is not said",
        HelpName = "namespace",
    };

    public static Option<bool> AllNamespaces() => new("--all-namespaces", "-A", "-a") { Description = "objects of all namespaces" };

    public static Option<bool> DryRun() => new("--dry-run") { Description = "read and check everything, show what would change line by line, and write nothing" };
}
