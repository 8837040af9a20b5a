using System.CommandLine;

namespace Calico.Ctl.Commands;

/// <summary><c>calicoctl completion</c>: what a shell has to read so that it completes commands, flags and kinds. The answers come from the program itself, so they are never out of date.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # calicoctl completion bash > /etc/bash_completion.d/calicoctl
        _calicoctl() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(calicoctl "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _calicoctl calicoctl
        """;

    private const string Zsh = """
        #compdef calicoctl
        # calicoctl completion zsh > "${fpath[1]}/_calicoctl"
        _calicoctl() {
            local -a found
            found=("${(@f)$(calicoctl "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a found
            (( ${#found} )) || _files
        }
        compdef _calicoctl calicoctl
        """;

    private const string Fish = """
        # calicoctl completion fish > ~/.config/fish/completions/calicoctl.fish
        complete -c calicoctl -a '(calicoctl "[suggest:"(commandline -C)"]" (commandline) 2>/dev/null)'
        """;

    public static Command Create(CommandHost host)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Prints what a shell needs to complete commands, flags and kinds") { shell };
        host.On(command, async (parsed, _) =>
        {
            await host.Context.Out.WriteLineAsync(parsed.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
            return ExitCode.Success;
        });
        return command;
    }
}
