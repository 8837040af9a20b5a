namespace Calico.Controller.Reconciling;

/// <summary>A reconciler that can be enabled by name.</summary>
/// <param name="Description">For <c>--help</c>: what it keeps as it should be.</param>
internal sealed record ReconcilerKind(string Name, string Description, Func<ControllerContext, IReconciler> Create);
