using Calico.Agent.Calc;
using Calico.Agent.Calc.Input;

namespace Calico.Tests.Unit.Calc;

/// <summary>The dataplane's state is a function of the datastore's state, whatever the way to it.</summary>
internal sealed class GraphProperties
{
    private const int Worlds = 60;

    [Test]
    public void Any_way_to_a_state_gives_the_same_dataplane()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var random = new Random(seed);
            var datastore = new RandomDatastore(random);
            var state = datastore.State();
            var direct = After(state, _ => false).Text;
            var reversed = After(state.AsEnumerable().Reverse(), _ => false).Text;
            var oneByOne = After(state, _ => true).Text;
            var repeated = After(state.SelectMany(update => new[] { update, update }).Concat(state), _ => random.Next(4) == 0).Text;
            var detours = After(Detours(datastore, random, state), _ => random.Next(4) == 0).Text;
            Assert.Multiple(() =>
            {
                Assert.That(reversed, Is.EqualTo(direct), $"reversed, seed {seed}");
                Assert.That(oneByOne, Is.EqualTo(direct), $"with a flush after every update, seed {seed}");
                Assert.That(repeated, Is.EqualTo(direct), $"with every update repeated, seed {seed}");
                Assert.That(detours, Is.EqualTo(direct), $"through other states, seed {seed}");
            });
        }
    }

    [Test]
    public void A_state_after_which_all_is_deleted_leaves_what_an_empty_datastore_gives()
    {
        var empty = After([], _ => false).Text;
        for (var seed = 0; seed < Worlds; seed++)
        {
            var random = new Random(seed);
            var state = new RandomDatastore(random).State();
            var deletions = state.Select(update => new ResourceDeleted(update.Id)).ToArray();
            random.Shuffle(deletions);
            Assert.That(After([.. state, .. deletions], _ => random.Next(4) == 0).Text, Is.EqualTo(empty), $"seed {seed}");
        }
    }

    [Test]
    public void A_state_said_again_makes_no_message()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var state = new RandomDatastore(new Random(seed)).State();
            var graph = new CalculationGraph(RandomDatastore.Node);
            state.ForEach(graph.OnUpdate);
            graph.Flush();
            state.ForEach(graph.OnUpdate);
            Assert.That(graph.Flush(), Is.Empty, $"seed {seed}");
        }
    }

    // Earlier values of the same objects, shuffled among each other, each object's true value last.
    private static List<StoreUpdate> Detours(RandomDatastore datastore, Random random, List<StoreUpdate> state)
    {
        List<StoreUpdate> earlier = [.. Enumerable.Range(0, 3).SelectMany(_ => datastore.State())];
        var steps = earlier.Concat(state).Select(update => update.Id).ToArray();
        random.Shuffle(steps);
        var values = earlier.Concat(state).GroupBy(update => update.Id).ToDictionary(group => group.Key, group => new Queue<StoreUpdate>(group));
        return [.. steps.Select(id => values[id].Dequeue())];
    }

    private static DataplaneModel After(IEnumerable<StoreUpdate> updates, Func<StoreUpdate, bool> flushAfter)
    {
        var graph = new CalculationGraph(RandomDatastore.Node);
        var dataplane = new DataplaneModel();
        foreach (var update in updates)
        {
            graph.OnUpdate(update);
            if (flushAfter(update))
            {
                dataplane.Apply(graph.Flush());
            }
        }

        graph.OnInSync();
        dataplane.Apply(graph.Flush());
        Assert.That(dataplane.IsInSync);
        return dataplane;
    }
}
