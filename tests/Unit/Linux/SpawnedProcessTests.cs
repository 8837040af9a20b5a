using System.Text;
using Calico.Linux;

namespace Calico.Tests.Unit.Linux;

internal sealed class SpawnedProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Test]
    public void A_childs_input_output_errors_environment_and_exit_code_are_connected()
    {
        var ended = Shell("read line; echo \"out $line $GREETING\"; echo oops >&2; exit 7", "hello\n", Patience, "GREETING=good day");

        Assert.Multiple(() =>
        {
            Assert.That(Encoding.UTF8.GetString(ended.Output.Span), Is.EqualTo("out hello good day\n"));
            Assert.That(Encoding.UTF8.GetString(ended.Errors.Span), Is.EqualTo("oops\n"));
            Assert.That(ended.ExitCode, Is.EqualTo(7));
            Assert.That(ended.TimedOut, Is.False);
        });
    }

    [Test]
    public void More_than_a_pipe_holds_passes_in_both_directions_at_once()
    {
        var input = new string('x', 1_000_000);

        var ended = Shell("cat", input, Patience);

        Assert.That(ended.Output.Length, Is.EqualTo(input.Length));
    }

    [Test]
    public void A_child_that_does_not_read_its_input_ends_well()
    {
        var ended = Shell("exit 3", new string('x', 1_000_000), Patience);

        Assert.That(ended.ExitCode, Is.EqualTo(3));
    }

    [Test]
    public void A_child_that_outlives_its_deadline_is_killed()
    {
        var ended = Shell("exec sleep 60", "", TimeSpan.FromMilliseconds(200));

        Assert.Multiple(() =>
        {
            Assert.That(ended.TimedOut, Is.True);
            Assert.That(ended.ExitCode, Is.EqualTo(128 + 9));
        });
    }

    [Test]
    public void A_program_that_is_not_there_is_a_missing_file() =>
        Assert.That(() => SpawnedProcess.Run("/no/such/program", [], [], default, Patience), Throws.TypeOf<FileNotFoundException>());

    [Test]
    public void A_child_meets_the_default_signals()
    {
        var ended = Shell("grep -E '^Sig(Blk|Ign)' /proc/self/status", "", Patience);

        Assert.That(Encoding.UTF8.GetString(ended.Output.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.All.EndsWith("\t0000000000000000"));
    }

    [Test]
    public void The_child_has_its_input_while_something_else_is_done()
    {
        var heard = Path.Combine(TestContext.CurrentContext.WorkDirectory, "heard");
        File.Delete(heard);
        var inTime = false;

        SpawnedProcess.Run(
            "/bin/sh", ["-c", $"cat > {heard}"], ["PATH=/usr/bin:/bin"], "x"u8.ToArray(), Patience, () => inTime = SpinWait.SpinUntil(() => new FileInfo(heard) is { Exists: true, Length: 1 }, Patience));

        Assert.That(inTime);
    }

    private static SpawnResult Shell(string script, string input, TimeSpan deadline, params string[] environment) =>
        SpawnedProcess.Run("/bin/sh", ["-c", script], ["PATH=/usr/bin:/bin", .. environment], Encoding.UTF8.GetBytes(input), deadline);
}
