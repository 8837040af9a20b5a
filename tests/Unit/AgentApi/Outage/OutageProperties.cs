using Calico.Ipam.Core;
using Calico.Model;
using Calico.Model.Identity;
using Calico.Model.Ipam;
using Calico.Model.Net;
using Calico.Store;
using Calico.Tests.Fakes;
using Calico.Tests.Unit.Ipam;
using FsCheck;
using FsCheck.Fluent;

namespace Calico.Tests.Unit.AgentApi.Outage;

/// <summary>Pods that come and go on a node whose store goes away, loses answers and comes back, and whose agent is killed at any place; another node beside it.</summary>
internal sealed class OutageProperties
{
    private const int Steps = 60;

    [Test]
    public void No_two_containers_share_an_address_and_in_the_end_the_store_says_what_lives() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            using var run = new Run(seed);
            return run.Holds();
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private sealed class CrashException : Exception;

    private sealed class Run(int seed) : IDisposable
    {
        private readonly Random _random = new(seed);
        private readonly Cluster _cluster = Cluster.Ready();
        // In memory: what is synced here is not to be read after a power failure.
        private readonly string _directory = Directory.CreateDirectory($"/dev/shm/calico-outage-{Guid.NewGuid():n}").FullName;
        private readonly Dictionary<WorkloadIdentity, IReadOnlyList<IpAddress>> _lives = [];
        private readonly HashSet<WorkloadIdentity> _limbo = [];
        private OutageNode _node = null!;

        public bool Holds()
        {
            _cluster.Pool("pool", "10.0.0.0/26", spec => spec with { BlockSize = 28 });
            _cluster.Configure(new IpamConfig { AutoAllocateBlocks = true, MaxBlocksPerHost = 2, IpCooldownSeconds = _random.Next(2) * 30 });
            Start();
            for (var step = 0; step < Steps; step++)
            {
                Do(_random.Next(20));
                Assert.That(_lives.Values.SelectMany(addresses => addresses), Is.Unique, $"seed {seed}, step {step}");
            }

            End();
            return true;
        }

        public void Dispose()
        {
            _node.Dispose();
            Directory.Delete(_directory, recursive: true);
        }

        private void Start() =>
            _node = new OutageNode(_cluster, _directory, afterCommit: () =>
            {
                if (_random.Next(10) == 0)
                {
                    throw new CrashException();
                }
            });

        private void Do(int dice)
        {
            _cluster.Pass(TimeSpan.FromSeconds(_random.Next(20)));
            switch (dice)
            {
                case < 7:
                    Add(Cluster.Container($"c{_random.Next(8)}", _random.Next(4) == 0 ? "eth1" : "eth0"), "node-a");
                    break;
                case < 12:
                    Del(Cluster.Container($"c{_random.Next(8)}", _random.Next(4) == 0 ? "eth1" : "eth0"), "node-a");
                    break;
                case < 14:
                    _cluster.Store.IsDown = !_cluster.Store.IsDown;
                    break;
                case 14:
                    Crash();
                    break;
                case 15:
                    LoseAnAnswer();
                    break;
                case 16 when !_cluster.Store.IsDown:
                    Other();
                    break;
                default:
                    Step();
                    break;
            }
        }

        private void Add(WorkloadIdentity identity, string node)
        {
            try
            {
                var given = _node.Calls.AssignAsync(new AssignRequest(identity, node), CancellationToken.None).GetAwaiter().GetResult();
                if (_lives.TryGetValue(identity, out var had))
                {
                    Assert.That(given.Addresses, Is.EqualTo(had), $"seed {seed}: {identity.ContainerId} was asked for twice");
                }

                _lives[identity] = given.Addresses;
                _limbo.Remove(identity);
            }
            catch (Exception e) when (e is StoreException or IpamException)
            {
                _limbo.Add(identity);
            }

            _node.Endpoints.Look();
        }

        private void Del(WorkloadIdentity identity, string node)
        {
            try
            {
                // The traffic stops before.
                if (_lives.Remove(identity))
                {
                    _limbo.Add(identity);
                }

                _node.Calls.ReleaseAsync(new ReleaseRequest(identity, node), CancellationToken.None).GetAwaiter().GetResult();
                _limbo.Remove(identity);
            }
            catch (Exception e) when (e is StoreException or IpamException)
            {
                // The runtime will try again.
            }
        }

        private void Other()
        {
            LoseNothingMore();
            using var client = _cluster.Client();
            var identity = Cluster.Container($"o{_random.Next(20)}");
            if (_lives.Remove(identity))
            {
                client.ReleaseAsync(new ReleaseRequest(identity, "node-b"), CancellationToken.None).GetAwaiter().GetResult();
                return;
            }

            try
            {
                _lives[identity] = client.AssignAsync(new AssignRequest(identity, "node-b"), CancellationToken.None).GetAwaiter().GetResult().Addresses;
            }
            catch (Exception e) when (e is IpamException or StoreException)
            {
                client.ReleaseAsync(new ReleaseRequest(identity, "node-b"), CancellationToken.None).GetAwaiter().GetResult();
            }
        }

        private void LoseAnAnswer()
        {
            if (!_cluster.Store.IsDown)
            {
                _cluster.Store.FailNext(_random.Next(2) == 0 ? StoreFault.AfterEffect : StoreFault.BeforeEffect, call => call.Operation == "Txn");
                _cluster.Store.FailNext(StoreFault.BeforeEffect, call => call.Operation == "Txn");
                _cluster.Store.FailNext(StoreFault.BeforeEffect, call => call.Operation == "Txn");
            }
        }

        /// <summary>What was to go wrong next concerns the node; the other one, and who looks at the end, are no part of it.</summary>
        private void LoseNothingMore()
        {
            for (var passed = 0; passed < 2;)
            {
                try
                {
                    _cluster.Store.TxnAsync(new TxnRequest([], [], []), CancellationToken.None).GetAwaiter().GetResult();
                    passed++;
                }
                catch (StoreException)
                {
                    passed = 0;
                }
            }
        }

        private void Step()
        {
            try
            {
                _node.StepAsync().GetAwaiter().GetResult();
                _node.Endpoints.Look();
            }
            catch (CrashException)
            {
                Crash();
            }
        }

        private void Crash()
        {
            _node.Dispose();
            Start();
            _node.Endpoints.Look();
        }

        private void End()
        {
            _cluster.Store.IsDown = false;
            LoseNothingMore();
            foreach (var identity in _limbo.ToList())
            {
                Del(identity, identity.ContainerId[0] == 'o' ? "node-b" : "node-a");
            }

            for (var step = 0; step < 20 && (step < 5 || _node.Status.Journal > 0); step++)
            {
                Step();
            }

            Assert.That((_node.Status.Journal, _node.Status.AwaySince), Is.EqualTo((0, (DateTimeOffset?)null)), $"seed {seed}: {string.Join("; ", _node.Status.Problems)}");
            Assert.That(StoreInvariants.Violation(_cluster.Store.Contents()), Is.Null, $"seed {seed}");
            using var client = _cluster.Client();
            foreach (var (identity, addresses) in _lives)
            {
                var node = identity.ContainerId[0] == 'o' ? "node-b" : "node-a";
                Assert.That(() => client.CheckAsync(new CheckRequest(identity, node, addresses, HasEndpoint: true), CancellationToken.None), Throws.Nothing, $"seed {seed}");
            }

            var handles = _lives.Keys.Select(identity => EtcdKeys.Handle(identity.HandleId)).Append(EtcdKeys.Handle("calico-reserve.node-a")).Distinct();
            Assert.That(_cluster.Keys(EtcdKeys.Handles), Is.SubsetOf(handles), $"seed {seed}: nothing else is held");
        }
    }
}
