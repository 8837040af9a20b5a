using Calico.Controller.Events;
using Calico.Controller.Queue;
using Calico.Controller.Reconciling;
using Calico.Ipam.Core;
using Calico.Ipam.Core.Collection;
using Calico.Model.Kubernetes;
using Calico.Store.Kubernetes;

namespace Calico.Controller.Ipam;

/// <summary>Takes back leaked addresses and spare blocks. Has one key: a look at everything.</summary>
internal sealed class IpamReconciler : IReconciler
{
    public static readonly ReconcilerKind Kind = new(
        "ipam",
        "takes back leaked addresses and spare blocks",
        context => new IpamReconciler(context, CollectorOptions.For(context.LeakGrace)));

    private const string Everything = "everything";
    private readonly ControllerContext _context;
    private readonly CollectorOptions _options;
    private readonly CollectorReport _report;
    private readonly Collector _collector;
    private readonly EventRecorder _events;
    private WorkQueue? _queue;

    public IpamReconciler(ControllerContext context, CollectorOptions options)
    {
        var log = context.Logs.CreateLogger(Name);
        _context = context;
        _options = options;
        _report = new CollectorReport(context.Metrics, log);
        _events = new EventRecorder(context.Api, log, context.Time);
        _collector = new Collector(
            context.Store, new IpamClient(context.Store, null, context.Time), new KubernetesClusterReader(context.Api), _report, options, context.Time);
    }

    public string Name => "ipam";

    /// <summary>Follows nothing: each look reads afresh.</summary>
    public bool IsInSync => true;

    public async Task FollowAsync(WorkQueue queue, CancellationToken cancellationToken)
    {
        _queue = queue;
        while (true)
        {
            queue.Add(Everything);
            await Task.Delay(_options.Period, _context.Time, cancellationToken);
        }
    }

    /// <summary>It keeps its own time.</summary>
    public Task AuditAsync(WorkQueue queue, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task ReconcileAsync(string key, CancellationToken cancellationToken)
    {
        var plan = await _collector.LookAsync(cancellationToken);
        foreach (var news in _report.TakeNews().Where(news => news.Key.Length > 0))
        {
            var node = new KubernetesMetadata { Name = news.Key, Uid = news.Key };
            await _events.WarnAsync(
                KubernetesKinds.Nodes, node, "LeakedAddressesReclaimed", "Collect", $"{news.Count()} leaks were taken back: {string.Join("; ", news)}", cancellationToken);
        }

        if (!plan.Questions.IsEmpty || Math.Max(plan.Leaks.Length, plan.Blocks.Length) > _options.PerLook)
        {
            // Nodes answer at once; the next look is soon. It waits here, with the key, so that no second look runs meanwhile.
            await Task.Delay(_options.AnswerPause, _context.Time, cancellationToken);
            _queue?.Add(key);
        }
    }
}
