using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Calico.Ctl.Output;

namespace Calico.Ctl.Help;

/// <summary>What a command takes, in lines of a terminal's width, and after it how it is used.</summary>
internal sealed class TeachingHelp(HelpAction usage) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public static void Install(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new TeachingHelp((HelpAction)help.Action!);
    }

    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        usage.MaxWidth = Paragraph.Width;
        var code = usage.Invoke(parseResult);
        var path = string.Join(' ', Path(parseResult.CommandResult.Command).Reverse());
        if (Lessons.Of(path) is { } lesson)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(lesson);
        }

        return code;
    }

    private static IEnumerable<string> Path(Command command)
    {
        for (Symbol? at = command; at is Command and not RootCommand; at = at.Parents.FirstOrDefault())
        {
            yield return at.Name;
        }
    }
}
