using Calico.Model.Kubernetes;
using Calico.Policy.Validation;

namespace Calico.Policy.Kubernetes;

/// <summary>Kubernetes' label selectors in our grammar, as upstream spells them (features.md C9). What cannot be said becomes an error.</summary>
internal static class SelectorText
{
    public const string AnyPod = "projectcalico.org/orchestrator == 'k8s'";
    private const string And = " && ";

    /// <summary>Pods. Without conditions, and for a selector that is not there: every pod, and nothing that is no pod.</summary>
    public static string OfPods(LabelSelector? selector, string field, ErrorList errors) =>
        string.Join(And, Conditions(selector, field, errors).Prepend(AnyPod));

    /// <summary>Namespaces. Without conditions: all of them; a selector that is not there: null, which means the policy's own.</summary>
    public static string? OfNamespaces(LabelSelector? selector, string field, ErrorList errors)
    {
        if (selector is null)
        {
            return null;
        }

        var conditions = Conditions(selector, field, errors).ToList();
        return conditions.Count == 0 ? "all()" : string.Join(And, conditions);
    }

    private static IEnumerable<string> Conditions(LabelSelector? selector, string field, ErrorList errors)
    {
        if (selector is null)
        {
            yield break;
        }

        foreach (var (key, value) in selector.MatchLabels.OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            yield return $"{Key(key, field, errors)} == {Quoted(value, field, errors)}";
        }

        for (var i = 0; i < selector.MatchExpressions.Count; i++)
        {
            yield return Condition(selector.MatchExpressions[i], $"{field}.matchExpressions[{i}]", errors);
        }
    }

    private static string Condition(LabelSelectorRequirement requirement, string field, ErrorList errors)
    {
        var key = Key(requirement.Key, field, errors);
        switch (requirement.Operator)
        {
            case "In" or "NotIn" when requirement.Values.Count == 0:
                errors.Add($"{field}.values", $"is empty; {requirement.Operator} needs at least one");
                return "!all()";
            case "In":
                return $"{key} in {Set(requirement.Values, field, errors)}";
            case "NotIn":
                return $"{key} not in {Set(requirement.Values, field, errors)}";
            case "Exists":
                return $"has({key})";
            case "DoesNotExist":
                return $"! has({key})";
            default:
                errors.Add($"{field}.operator", $"{ErrorList.Quote(requirement.Operator)} is none of In, NotIn, Exists, DoesNotExist");
                return "!all()";
        }
    }

    private static string Set(IEnumerable<string> values, string field, ErrorList errors) =>
        $"{{ {string.Join(", ", values.Select(value => Quoted(value, field, errors)))} }}";

    private static string Key(string key, string field, ErrorList errors)
    {
        if (!NameRules.IsQualifiedName(key))
        {
            errors.Add(field, $"{ErrorList.Quote(key)} is not the key of a label");
        }

        return key;
    }

    private static string Quoted(string value, string field, ErrorList errors)
    {
        if (!NameRules.IsLabelValue(value))
        {
            errors.Add(field, $"{ErrorList.Quote(value)} is not the value of a label");
        }

        return $"'{value}'";
    }
}
