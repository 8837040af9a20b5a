using Calico.Agent.Dataplane;
using Calico.Agent.Dataplane.Iptables;
using Calico.Model.Net;
using Calico.Tests.Unit.Dataplane.Tools;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;

namespace Calico.Tests.Unit.Dataplane.Iptables;

/// <summary>Whatever was wished for and whatever others did on the way, the kernel ends with the wish, and with the rules of others.</summary>
internal sealed class ReconciliationProperties
{
    private static readonly string[] Chains = ["cali-a", "cali-b", "cali-c", "cali-d"];

    private enum Step
    {
        Set,
        Refuse,
        Remove,
        Hook,
        Apply,
        Restart,
        Empty,
        Delete,
        InsertForeign,
        Flush,
    }

    [Test]
    public void Any_history_ends_with_the_wish_and_the_rules_of_others()
    {
        var step = from kind in Gen.Elements(Enum.GetValues<Step>())
                   from chain in Gen.Choose(0, Chains.Length - 1)
                   from number in Gen.Choose(0, 3)
                   select (kind, chain, number);
        var property = Prop.ForAll(step.ListOf().ToArbitrary(), history => RunAsync([.. history]).GetAwaiter().GetResult());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), property);
    }

    private static async Task RunAsync(IReadOnlyList<(Step Kind, int Chain, int Number)> history)
    {
        var run = new History();
        foreach (var (kind, chain, number) in history)
        {
            await run.DoAsync(kind, chain, number);
        }

        await run.AssertAsync();
    }

    private sealed class History
    {
        private readonly FakeIptables _kernel = new() { IsRefused = line => line.Contains("-m bad", StringComparison.Ordinal) };
        private readonly SettableTime _time = new();
        private readonly Dictionary<string, string[]> _wish = [];
        private readonly List<string> _foreign = [];
        private string[] _hooks = [];
        private IptablesTables _tables = null!;

        public History() => Restart();

        public async Task DoAsync(Step kind, int chain, int number)
        {
            var name = Chains[chain];
            switch (kind)
            {
                case Step.Set:
                    // Only to a chain that comes later, so that there is no loop, and none that is not there.
                    var used = Chains.Skip(chain + 1).Where(_wish.ContainsKey).Take(number).Select(other => $"-j {other}");
                    Set(name, [.. used, $"-m mark --mark 0x{number} -j ACCEPT"]);
                    break;
                case Step.Refuse:
                    Set(name, ["-m bad -j ACCEPT"]);
                    break;
                case Step.Remove when !_wish.Any(other => other.Value.Append("").Concat(_hooks).Contains($"-j {name}")) && !_hooks.Contains($"-j {name}"):
                    _wish.Remove(name);
                    _tables.Remove(IptablesTable.Filter, name);
                    break;
                case Step.Hook when _wish.ContainsKey(name):
                    _hooks = [$"-j {name}"];
                    SetHook();
                    break;
                case Step.Apply:
                    await _tables.ApplyAsync(default);
                    break;
                case Step.Restart:
                    Restart();
                    break;
                case Step.Empty when _kernel["filter"].Has(name):
                    _kernel["filter"][name].Clear();
                    break;
                case Step.Delete:
                    _kernel["filter"].Do($"-X {name}");
                    break;
                case Step.InsertForeign:
                    _foreign.Insert(0, $"-s 10.0.0.{number}/32 -j ACCEPT");
                    _kernel["filter"]["FORWARD"].Insert(0, _foreign[0]);
                    break;
                case Step.Flush:
                    _kernel["filter"]["FORWARD"].RemoveAll(rule => rule.StartsWith("-j cali-", StringComparison.Ordinal));
                    break;
            }
        }

        public async Task AssertAsync()
        {
            foreach (var (name, _) in _wish.Where(chain => chain.Value is ["-m bad -j ACCEPT"]).ToList())
            {
                Set(name, ["-j DROP"]);
            }

            _time.Advance(TimeSpan.FromMinutes(1));
            await _tables.RefreshAsync(default);
            await _tables.RefreshAsync(default);
            var filter = _kernel["filter"];
            Assert.That(_tables.Problems, Is.Empty);
            Assert.That(filter.Chains.Where(chain => chain.StartsWith("cali-", StringComparison.Ordinal)), Is.EquivalentTo(_wish.Keys));
            Assert.That(filter["FORWARD"], Is.EqualTo(_hooks.Concat(_foreign)));
            foreach (var (name, rules) in _wish)
            {
                Assert.That(filter[name], Is.EqualTo(rules), name);
            }
        }

        private void Restart()
        {
            _tables = new IptablesTables(
                new IptablesTool(IptablesBackend.Nft, IpFamily.IPv4, _kernel.RunAsync), TimeSpan.FromSeconds(90), _time, NullLogger.Instance);
            foreach (var (name, rules) in _wish)
            {
                _tables.Set(IptablesTable.Filter, new IptablesChain(name, [.. rules]));
            }

            SetHook();
        }

        private void Set(string name, string[] rules)
        {
            _wish[name] = rules;
            _tables.Set(IptablesTable.Filter, new IptablesChain(name, [.. rules]));
        }

        private void SetHook() => _tables.Set(IptablesTable.Filter, new IptablesHook("FORWARD", [.. _hooks], []));
    }
}
