using Calico.Agent.Routing.Plan;

namespace Calico.Agent.Routing;

/// <summary>The text of bird.conf for a model, and what had to be left out of it. The same model always gives the same text.</summary>
/// <param name="Text">Null when this node itself cannot be placed: the running configuration then stays.</param>
public sealed record BirdConfig(string? Text, IReadOnlyList<RoutingProblem> Problems)
{
    public static BirdConfig Render(RoutingModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var problems = new List<RoutingProblem>(model.Problems);
        var plan = RoutingPlanner.Plan(model, problems);
        return new BirdConfig(plan is null ? null : BirdConfigWriter.Write(plan), problems);
    }
}
