using System.Collections.Immutable;

namespace Calico.Policy.Validation;

/// <summary>Collects all that is wrong with one object.</summary>
internal sealed class ErrorList(string subject)
{
    private const int LongestQuote = 80;
    private readonly ImmutableArray<ValidationError>.Builder _errors = ImmutableArray.CreateBuilder<ValidationError>();

    public void Add(string field, string problem) => _errors.Add(new ValidationError(subject, field, problem));

    public ImmutableArray<ValidationError> ToImmutable() => _errors.ToImmutable();

    public bool Any => _errors.Count > 0;

    /// <summary>What is wrong with a part of the object, told of the object.</summary>
    public void AddAll(ErrorList part)
    {
        foreach (var error in part._errors)
        {
            Add(error.Field, error.Problem);
        }
    }

    public void CheckCount(string field, int count, int limit)
    {
        if (count > limit)
        {
            Add(field, $"has {count} entries; at most {limit} are allowed");
        }
    }

    /// <summary>Adds an error unless the value is absent or one of those allowed.</summary>
    public void CheckOneOf(string field, string? value, params ReadOnlySpan<string> allowed)
    {
        if (value is not null && !allowed.Contains(value))
        {
            Add(field, $"{Quote(value)} is none of {string.Join(", ", allowed)}");
        }
    }

    /// <summary>What a user wrote, short enough for a log.</summary>
    public static string Quote(string? value) => value is null
        ? "null"
        : value.Length <= LongestQuote ? $"'{value}'" : $"'{value.AsSpan(0, LongestQuote)}...'";
}
