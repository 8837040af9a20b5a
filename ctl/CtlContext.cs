using Calico.Store;
using Calico.Store.Etcd;

namespace Calico.Ctl;

/// <summary>What a command has of the world around it.</summary>
internal sealed record CtlContext
{
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required TextReader In { get; init; }

    public required TextWriter Out { get; init; }

    /// <summary>Warnings, errors and progress: never part of the answer.</summary>
    public required TextWriter Error { get; init; }

    public required TimeProvider Time { get; init; }

    public required Func<EtcdOptions, IKeyValueStore> OpenStore { get; init; }
}
