using Calico.Policy.Selectors;

namespace Calico.Policy.Validation;

/// <summary>Selectors in the places where policies have them.</summary>
internal static class SelectorValidator
{
    /// <summary>A selector of labels, in which <c>global()</c> has no meaning.</summary>
    public static void Check(ErrorList errors, string field, string? text)
    {
        if (Parse(errors, field, text) is { } selector && SelectorScope.MentionsGlobal(selector))
        {
            errors.Add(field, "global() can only stand in the namespaceSelector of a rule");
        }
    }

    /// <summary>The namespaceSelector of a rule, in which <c>global()</c> stands alone or not at all.</summary>
    public static void CheckNamespaces(ErrorList errors, string field, string? text)
    {
        if (Parse(errors, field, text) is { } selector && SelectorScope.MentionsGlobal(selector) && selector.Root is not GlobalNode)
        {
            errors.Add(field, "global() cannot be combined with anything else");
        }
    }

    private static Selector? Parse(ErrorList errors, string field, string? text)
    {
        try
        {
            return string.IsNullOrEmpty(text) ? null : Selector.Parse(text);
        }
        catch (SelectorException e)
        {
            errors.Add(field, e.Message);
            return null;
        }
    }
}
