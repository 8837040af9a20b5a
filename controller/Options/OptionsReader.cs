using Calico.Controller.Reconciling;
using Calico.Hosting;

namespace Calico.Controller.Options;

/// <summary>Turns texts into options.</summary>
internal static class OptionsReader
{
    /// <param name="given">The text of a setting, null or empty when it is not given.</param>
    /// <exception cref="OptionsException">Something is malformed; it names everything that is.</exception>
    public static ControllerOptions Read(Func<Setting, string?> given)
    {
        var settings = new SettingReader(given);
        var etcd = EtcdSettings.Read(settings);
        var options = new ControllerOptions
        {
            Etcd = etcd!,
            Kubeconfig = settings.Text(Settings.Kubeconfig),
            Reconcilers = settings.Try(Settings.Enabled, Reconcilers) ?? [],
            Period = settings.Duration(Settings.Period, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24)),
            LeakGrace = settings.Duration(Settings.LeakGrace, TimeSpan.FromSeconds(10), TimeSpan.FromHours(24)),
            ElectsLeader = settings.Flag(Settings.ElectsLeader),
            Namespace = settings.Text(Settings.Namespace),
            Health = settings.Flag(Settings.HealthEnabled) ? settings.EndPoint(Settings.HealthHost, Settings.HealthPort) : null,
            Metrics = settings.Flag(Settings.MetricsEnabled) ? settings.EndPoint(Settings.MetricsHost, Settings.MetricsPort) : null,
            LogLevel = settings.Severity(Settings.LogLevel),
        };
        return settings.Faults.Count == 0 ? options : throw new OptionsException(settings.Faults);
    }

    private static IReadOnlyList<ReconcilerKind> Reconcilers(string text)
    {
        if (text == "all")
        {
            return ReconcilerKinds.All;
        }

        var names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var unknown = names.Except(ReconcilerKinds.All.Select(kind => kind.Name)).ToList();
        return unknown.Count == 0 && names.Length > 0
            ? [.. ReconcilerKinds.All.Where(kind => names.Contains(kind.Name))]
            : throw new FormatException($"'{string.Join(",", unknown)}' is not one of {string.Join(", ", ReconcilerKinds.All.Select(kind => kind.Name))}, all");
    }
}
