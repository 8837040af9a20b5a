namespace Calico.Controller.Reconciling;

/// <summary>Every reconciler there is, in the order of the help. A new one is one line here.</summary>
internal static class ReconcilerKinds
{
    public static IReadOnlyList<ReconcilerKind> All { get; } =
    [
    ];
}
