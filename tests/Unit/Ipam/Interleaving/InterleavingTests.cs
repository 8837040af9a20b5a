using System.Collections.Concurrent;
using System.Globalization;
using Calico.Model;

namespace Calico.Tests.Unit.Ipam.Interleaving;

/// <summary>
/// All interleavings of small runs, over the code that runs in production: after every call of anybody the next may be anybody's, and one call of a run
/// may be lost, or its caller may die there. CALICO_MODEL_FAULTS=2 lets two go wrong, which takes minutes.
/// </summary>
[Parallelizable(ParallelScope.All)]
internal sealed class InterleavingTests
{
    private const string FaultsVariable = "CALICO_MODEL_FAULTS";
    private readonly ConcurrentBag<Exploration> _explored = [];

    [TestCaseSource(typeof(Scenarios), nameof(Scenarios.All))]
    public void No_interleaving_gives_an_address_twice_or_loses_one(Scenario scenario)
    {
        var faults = Environment.GetEnvironmentVariable(FaultsVariable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : scenario.Faults;
        var explored = new Explorer(scenario with { Faults = faults }).Run();
        TestContext.Out.WriteLine(explored);
        _explored.Add(explored);
        Assert.That(explored.Violation, Is.Null);
    }

    [OneTimeTearDown]
    public void Sum() => TestContext.Progress.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"Model checker: {_explored.Sum(e => e.States):N0} states, {_explored.Sum(e => e.Transitions):N0} transitions, {_explored.Sum(e => e.Ends):N0} ends in {_explored.Sum(e => e.Took.TotalSeconds):F0} s"));

    [TestCase(EtcdKeys.Blocks)]
    [TestCase(EtcdKeys.Handles)]
    [TestCase(EtcdKeys.Affinities)]
    public void A_store_that_does_not_compare_is_found_out(string prefix)
    {
        // Each kind of object is compared for a reason: without it some interleaving goes wrong.
        var mutation = new StoreMutation { Ignores = compare => compare.Key.StartsWith(prefix, StringComparison.Ordinal) };
        var found = Scenarios.All.Select(scenario => new Explorer(scenario with { Mutation = mutation, Faults = 0 }).Run()).FirstOrDefault(e => e.Violation is not null);
        Assert.That(found, Is.Not.Null, $"no scenario needs the compares of {prefix}");
        TestContext.Out.WriteLine($"{found}\n{found!.Violation}");
    }

    [Test]
    public void One_write_for_each_object_is_found_out()
    {
        // What an allocator without transactions leaves behind when it dies in between.
        var explored = new Explorer(Scenarios.OneBlock with { Mutation = new StoreMutation { TearsTransactions = true } }).Run();
        TestContext.Out.WriteLine(explored.Violation);
        Assert.That(explored.Violation, Is.Not.Null);
    }

    [Test]
    public void The_count_of_states_is_the_same_in_every_run()
    {
        var (first, second) = (new Explorer(Scenarios.OneBlock).Run(), new Explorer(Scenarios.OneBlock).Run());
        Assert.That((second.States, second.Transitions, second.Ends), Is.EqualTo((first.States, first.Transitions, first.Ends)));
    }
}
