namespace Calico.Tests.Unit.Ctl;

/// <summary>What <c>--help</c> says, and that a terminal of 80 columns can show it.</summary>
internal sealed class HelpTests
{
    private static readonly string[] Commands =
    [
        "", "get", "apply", "create", "replace", "delete", "patch", "label", "validate", "ipam", "ipam show", "ipam check", "ipam release", "ipam configure", "ipam split",
        "datastore", "datastore export", "datastore import", "datastore migrate", "datastore migrate lock", "node", "node status", "node diags", "node checksystem", "why", "wait", "version", "completion",
    ];

    // Whose examples would say nothing that their usage does not.
    private static readonly string[] WithoutExample = ["ipam", "datastore", "datastore migrate", "datastore migrate lock", "node", "node checksystem", "version"];

    [TestCaseSource(nameof(Commands))]
    public async Task It_fits_80_columns_and_gives_examples(string command)
    {
        using var ctl = new CtlRun();
        var help = await ctl.OutputAsync($"{command} --help");
        Assert.That(help.Split('\n').Where(line => line.Length > 80), Is.Empty);
        Assert.That(help, WithoutExample.Contains(command) ? Does.Contain("Usage:") : Does.Contain("Example"));
    }

    [Test]
    public async Task The_program_names_each_command_with_what_it_takes()
    {
        using var ctl = new CtlRun();
        var help = await ctl.OutputAsync("--help");
        Assert.That(help, Does.Contain("get <KIND> <NAME>").And.Contain("why <SRC> <DST>").And.Contain("Exit codes:"));
    }

    [Test]
    public async Task Get_names_every_kind()
    {
        using var ctl = new CtlRun();
        Assert.That(await ctl.OutputAsync("get --help"), Does.Contain("globalnetworkpolicies").And.Contain("workloadendpoints").And.Contain("bgpfilters"));
    }
}
