using System.Globalization;

namespace Calico.Tests.Netns.Chaos;

/// <summary>How long a run is, from CALICO_CHAOS_SECONDS or CALICO_CHAOS_PAIRS; by itself a cut short enough for every day.</summary>
/// <param name="Duration">Of the mischief; the end comes after it.</param>
/// <param name="Pairs">Pairs of ADD and DEL after which it ends earlier.</param>
internal sealed record ChaosOptions(TimeSpan Duration, int Pairs, int Seed)
{
    public const int Hosts = 3;
    public const int EtcdMembers = 3;

    private static readonly TimeSpan UsualDuration = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Endless = TimeSpan.FromDays(1);

    /// <summary>Longer than this, it says how far it is, and has time for many at once.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    public bool IsLong => Duration > Long;

    /// <summary>Runtimes of a host. One of them holds on to containers that Kubernetes has forgotten.</summary>
    public int LanesOfHost => IsLong ? 16 : 8;

    /// <summary>At most this long nothing goes wrong between two faults, in milliseconds.</summary>
    public int MostQuiet => IsLong ? 2500 : 1000;

    public static ChaosOptions FromEnvironment()
    {
        var pairs = Read("CALICO_CHAOS_PAIRS");
        var duration = Read("CALICO_CHAOS_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : pairs is null ? UsualDuration : Endless;
        return new ChaosOptions(duration, pairs ?? int.MaxValue, Read("CALICO_CHAOS_SEED") ?? Environment.TickCount);
    }

    private static int? Read(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
