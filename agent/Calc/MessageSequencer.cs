using Calico.Agent.Calc.Messages;

namespace Calico.Agent.Calc;

/// <summary>Puts the messages of a flush into an order in which nothing is used before it is there, or taken away while it is used.</summary>
internal sealed class MessageSequencer
{
    private const int Steps = 7;

    private readonly List<DataplaneMessage>[] _steps = [.. Enumerable.Range(0, Steps).Select(_ => new List<DataplaneMessage>())];

    public void Add(DataplaneMessage message) => _steps[StepOf(message)].Add(message);

    public IReadOnlyList<DataplaneMessage> ToMessages() => [.. _steps.SelectMany(step => step)];

    private static int StepOf(DataplaneMessage message) => message switch
    {
        IpSetUpdate or IpSetDelta => 0,
        ActivePolicyUpdate or ActiveProfileUpdate => 1,
        // Before the updates: a new endpoint may have the interface of an old one.
        WorkloadEndpointRemove or HostEndpointRemove => 2,
        WorkloadEndpointUpdate or HostEndpointUpdate => 3,
        ActivePolicyRemove or ActiveProfileRemove => 4,
        IpSetRemove => 5,
        _ => Steps - 1,
    };
}
