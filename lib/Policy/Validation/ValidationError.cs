namespace Calico.Policy.Validation;

/// <summary>One thing that is wrong with one object.</summary>
/// <param name="Object">Kind and name, as in <c>NetworkPolicy shop/web</c>.</param>
/// <param name="Field">The path of the field, as in <c>spec.ingress[3].source.nets[0]</c>; empty when it is the whole object.</param>
/// <param name="Problem">What stands there and what was expected.</param>
public sealed record ValidationError(string Object, string Field, string Problem)
{
    public override string ToString() => Field.Length > 0 ? $"{Object}: {Field}: {Problem}" : $"{Object}: {Problem}";
}
