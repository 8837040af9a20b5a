using Calico.Agent.Purge;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Agent.Purge;

internal sealed class HostPurgeTests
{
    [Test]
    public async Task When_there_is_no_time_left_the_files_still_go_and_the_rest_is_named()
    {
        var directory = Directory.CreateTempSubdirectory("purge");
        try
        {
            var status = Path.Combine(directory.FullName, "agent-status.json");
            await File.WriteAllTextAsync(status, "{}");
            var options = new PurgeOptions(directory.FullName, directory.FullName, ["no-such-device"], DryRun: false);

            var report = await new HostPurge(options, NullLogger.Instance, TimeProvider.System).RunAsync(new CancellationToken(canceled: true));

            Assert.That(report.Left, Is.EqualTo(new[] { "rules and IP sets: there was no time left" }));
            Assert.That(report.Removed, Is.EqualTo(new[] { $"file {status}" }));
            Assert.That(File.Exists(status), Is.False);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
