using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Calico.Tests.Demo;

/// <summary>What the demo prints, coloured on a terminal, plain elsewhere or where NO_COLOR asks for it.</summary>
internal sealed class Screen
{
    private const int PlainWidth = 120;
    private const int TitleWidth = 72;
    private readonly IAnsiConsole _console;

    private Screen(bool plain)
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = plain ? InteractionSupport.No : InteractionSupport.Detect,
        });
        if (Console.IsOutputRedirected)
        {
            _console.Profile.Width = PlainWidth;
        }
    }

    public static Screen ForThisTerminal() =>
        new(Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    public void Heading(string text)
    {
        _console.WriteLine();
        _console.Write(new Rule($"[bold]{text.EscapeMarkup()}[/]").LeftJustified().RuleStyle("grey"));
    }

    public void Show(IRenderable picture) => _console.Write(picture);

    public void Line(string text) => _console.WriteLine(text);

    public void Error(string text) => _console.MarkupLine($"[red]{text.EscapeMarkup()}[/]");

    /// <summary>Text as a command printed it, the lines that match marked.</summary>
    public void Lines(IEnumerable<string> lines, Func<string, bool> isMarked)
    {
        foreach (var line in lines)
        {
            _console.MarkupLine(isMarked(line) ? $"  [aqua]{line.EscapeMarkup()}[/]" : $"  {line.EscapeMarkup()}");
        }
    }

    public void Fact(Fact fact)
    {
        _console.MarkupLine($"  {(fact.Holds ? "[green]✓[/]" : "[red]✗[/]")} {fact.Claim.EscapeMarkup()}");
        if (!fact.Holds)
        {
            _console.MarkupLine($"    [red]{fact.Evidence.EscapeMarkup()}[/]");
        }
    }

    /// <summary>Does one step, with a spinner where there is a terminal, and prints how long it took.</summary>
    public async Task StepAsync(string title, Func<Task> step)
    {
        var clock = Stopwatch.StartNew();
        if (_console.Profile.Capabilities.Interactive)
        {
            await _console.Status().StartAsync(title.EscapeMarkup(), async _ => await step());
        }
        else
        {
            await step();
        }

        var seconds = clock.Elapsed.TotalSeconds.ToString("F2", CultureInfo.InvariantCulture);
        _console.MarkupLine($"  [green]✓[/] {title.PadRight(TitleWidth).EscapeMarkup()} [grey]{seconds,6} s[/]");
    }
}
