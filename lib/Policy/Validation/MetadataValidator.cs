using Calico.Model.Resources;
using Calico.Policy.Compiled;
using Calico.Policy.Selectors;

namespace Calico.Policy.Validation;

/// <summary>Names, labels and annotations.</summary>
internal static class MetadataValidator
{
    private const int MaxAnnotations = 256 * 1024;

    /// <summary>What generates policies and puts its own short name and the tier before theirs: <c>knp.default.web</c>.</summary>
    private static readonly string[] Generators = ["knp", "kcnp", "kanp", "kbanp", "ossg"];

    public static void Check(ErrorList errors, ObjectMeta metadata)
    {
        if (!NameRules.IsDnsSubdomain(metadata.Name))
        {
            errors.Add(
                "metadata.name",
                $"{ErrorList.Quote(metadata.Name)} is not made of lower-case letters, digits, '-' and '.', at most {NameRules.MaxSubdomain}");
        }

        CheckLabels(errors, "metadata.labels", metadata.Labels);
        var size = (metadata.Annotations ?? []).Sum(pair => (long)pair.Key.Length + (pair.Value?.Length ?? 0));
        if (size > MaxAnnotations)
        {
            errors.Add("metadata.annotations", $"hold {size} characters; at most {MaxAnnotations} are allowed");
        }
    }

    /// <summary>Refuses the label by which selectors know a namespace: an object without one must not pose as having one.</summary>
    public static void CheckNoNamespaceLabel(ErrorList errors, ObjectMeta metadata)
    {
        if (metadata.Labels?.ContainsKey(SelectorScope.NamespaceLabel) == true)
        {
            errors.Add(
                $"metadata.labels[{SelectorScope.NamespaceLabel}]",
                "is reserved; the namespace of an object is the one it is stored in");
        }
    }

    public static void CheckNamespace(ErrorList errors, ObjectMeta metadata)
    {
        if (!NameRules.IsDnsLabel(metadata.Namespace))
        {
            errors.Add("metadata.namespace", $"{ErrorList.Quote(metadata.Namespace)} is not the name of a namespace");
        }
    }

    /// <summary>A policy is called <c>name</c>, <c>tier.name</c>, or what a generator made of its tier: <c>knp.default.name</c>.</summary>
    public static void CheckPolicyName(ErrorList errors, PolicyFields policy)
    {
        var parts = policy.Id.Name.Split('.', 3);
        var (named, expected) = parts.Length switch
        {
            1 => (policy.TierName, ""),
            2 => (parts[0], $"{policy.TierName}."),
            _ => (Generators.Contains(parts[0]) ? parts[1] : "", $"{policy.TierName}. and no further dot"),
        };
        if (named != policy.TierName)
        {
            errors.Add(
                "metadata.name",
                $"{ErrorList.Quote(policy.Id.Name)} has dots; a policy of the tier {policy.TierName} may only be prefixed by {expected}");
        }
    }

    private static void CheckLabels(ErrorList errors, string field, Dictionary<string, string>? labels)
    {
        foreach (var (key, value) in labels ?? [])
        {
            if (!NameRules.IsQualifiedName(key))
            {
                errors.Add(field, $"{ErrorList.Quote(key)} is not the name of a label such as app or example.com/app");
            }

            if (value is null || !NameRules.IsLabelValue(value))
            {
                errors.Add(
                    $"{field}[{key}]",
                    $"{ErrorList.Quote(value)} is not the value of a label: at most {NameRules.MaxLabel} letters, digits and inner '-', '_', '.'");
            }
        }
    }
}
