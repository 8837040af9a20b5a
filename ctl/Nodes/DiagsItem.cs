namespace Calico.Ctl.Nodes;

/// <summary>One file of the diagnostics.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="Read">Its text; may throw, which is then what the archive says.</param>
internal sealed record DiagsItem(string Name, Func<CancellationToken, Task<string>> Read);
