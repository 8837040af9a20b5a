using Calico.Agent.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Routing;

/// <summary>With BIRD's real parser; no BIRD runs.</summary>
internal sealed class BirdDriverTests
{
    private const string Good = "router id 10.0.0.1;\nprotocol device {\n}\n";
    private string _directory = "";
    private BirdDriver _driver = null!;

    [SetUp]
    public void SetUp()
    {
        _directory = Directory.CreateTempSubdirectory("calico-bird").FullName;
        _driver = new BirdDriver(new BirdPaths("bird", _directory), NullLogger.Instance);
    }

    [TearDown]
    public void TearDown()
    {
        _driver.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task An_accepted_text_becomes_the_configuration()
    {
        Assert.That(_driver.HasConfiguration, Is.False);
        Assert.That(await _driver.ApplyAsync(Good, default));
        Assert.That(await File.ReadAllTextAsync(_driver.Paths.ConfigFile), Is.EqualTo(Good));
    }

    [Test]
    public async Task A_refused_text_leaves_the_configuration_as_it_was()
    {
        await _driver.ApplyAsync(Good, default);
        Assert.That(await _driver.ApplyAsync("protocol nonsense {}", default), Is.False);
        Assert.That(await File.ReadAllTextAsync(_driver.Paths.ConfigFile), Is.EqualTo(Good));
    }

    [Test]
    public void Without_BIRD_the_error_names_the_program()
    {
        using var driver = new BirdDriver(new BirdPaths("/no/such/bird", _directory), NullLogger.Instance);
        Assert.That(() => driver.ApplyAsync(Good, default), Throws.InstanceOf<IOException>().With.Message.Contains("/no/such/bird"));
    }

    [Test]
    public void Without_a_running_BIRD_its_sessions_cannot_be_read() =>
        Assert.That(() => BirdDriver.ReadSessionsAsync(_driver.Paths.ControlSocket, default), Throws.InstanceOf<IOException>());
}
