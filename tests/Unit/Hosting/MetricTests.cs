using Calico.Hosting.Metrics;

namespace Calico.Tests.Unit.Hosting;

internal sealed class MetricTests
{
    private MetricRegistry _registry = null!;

    [SetUp]
    public void SetUp() => _registry = new MetricRegistry();

    [Test]
    public void Each_figure_has_its_description_once_and_a_line_for_each_set_of_labels()
    {
        var figure = _registry.Gauge("calico_depth", "how deep");
        figure.Set(2.5, ("pool", "b"));
        figure.Set(1, ("pool", "a\"\\\n"));
        Assert.That(_registry.Text(), Is.EqualTo("""
            # HELP calico_depth how deep
            # TYPE calico_depth gauge
            calico_depth{pool="a\"\\\n"} 1
            calico_depth{pool="b"} 2.5
            """));
    }

    [Test]
    public void A_histogram_counts_in_every_bucket_that_is_wide_enough()
    {
        var figure = _registry.Histogram("took", "how long");
        figure.Observe(TimeSpan.FromMilliseconds(1), ("verb", "ADD"));
        figure.Observe(TimeSpan.FromMilliseconds(40), ("verb", "ADD"));
        figure.Observe(TimeSpan.FromMinutes(2), ("verb", "ADD"));
        var lines = _registry.Text().Split('\n');
        Assert.That(lines[..2], Is.EqualTo(new[] { "# HELP took how long", "# TYPE took histogram" }));
        Assert.That(lines, Is.SupersetOf(new[]
        {
            "took_bucket{verb=\"ADD\",le=\"0.001\"} 1",
            "took_bucket{verb=\"ADD\",le=\"0.025\"} 1",
            "took_bucket{verb=\"ADD\",le=\"0.05\"} 2",
            "took_bucket{verb=\"ADD\",le=\"30\"} 2",
            "took_bucket{verb=\"ADD\",le=\"+Inf\"} 3",
            "took_sum{verb=\"ADD\"} 120.041",
            "took_count{verb=\"ADD\"} 3",
        }));
    }

    [Test]
    public void A_histogram_without_labels_has_the_bounds_alone()
    {
        _registry.Histogram("took", "how long").Observe(TimeSpan.FromSeconds(1));
        Assert.That(_registry.Text(), Does.Contain("took_bucket{le=\"1\"} 1\n").And.Contain("took_count 1"));
    }

    [Test]
    public void The_same_name_is_the_same_figure_and_not_one_of_another_type()
    {
        Assert.That(_registry.Counter("same", "a"), Is.SameAs(_registry.Counter("same", "b")));
        Assert.That(() => _registry.Histogram("same", "c"), Throws.InvalidOperationException.With.Message.Contains("same"));
    }

    [Test]
    public void What_is_read_rather_than_counted_is_asked_for_at_each_scrape()
    {
        var figure = _registry.Gauge("now", "now");
        var count = 0;
        _registry.Collecting += () => figure.Set(++count);
        _registry.Text();
        Assert.That(_registry.Reply().Body, Does.EndWith("now 2"));
    }
}
