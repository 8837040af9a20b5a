using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Dataplane;

/// <summary>What follows the same messages as the rules, beside them.</summary>
/// <param name="Taken">A batch, as a whole, before it is applied.</param>
/// <param name="Applied">The rules of all batches so far are in the kernel.</param>
/// <param name="RunAsync">Runs until cancelled.</param>
internal sealed record DataplaneCompanions(Action<IReadOnlyList<DataplaneMessage>> Taken, Action Applied, Func<CancellationToken, Task> RunAsync);
