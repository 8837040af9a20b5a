using System.Collections.Immutable;
using System.Text.Json;
using Calico.Model.Json;
using Calico.Model.Net;
using Calico.Model.Resources;
using Calico.Store;

namespace Calico.Ipam.Core.Pools;

/// <summary>Ranges that are not given out automatically.</summary>
internal sealed class Reservations(ImmutableArray<Cidr> ranges)
{
    public static Reservations None { get; } = new([]);

    /// <summary>Reads the IPReservation objects. What does not parse reserves nothing and is named in <paramref name="problems"/>.</summary>
    public static Reservations Read(IEnumerable<KeyValue> keyValues, ICollection<string> problems)
    {
        var ranges = ImmutableArray.CreateBuilder<Cidr>();
        foreach (var keyValue in keyValues)
        {
            var texts = Texts(keyValue, problems);
            foreach (var text in texts)
            {
                if (Cidr.TryParse(text, out var range))
                {
                    ranges.Add(range);
                }
                else
                {
                    problems.Add($"{keyValue.Key}: '{text}' is not a CIDR");
                }
            }
        }

        return new Reservations(ranges.ToImmutable());
    }

    public bool Contains(IpAddress address) => ranges.Any(range => range.Contains(address));

    public bool ContainsWhole(Cidr block) => ranges.Any(range => range.Contains(block));

    private static IReadOnlyList<string> Texts(KeyValue keyValue, ICollection<string> problems)
    {
        try
        {
            return ModelJson.Read<Resource<IpReservationSpec>>(keyValue.Value.Span).Spec.ReservedCidrs ?? [];
        }
        catch (JsonException e)
        {
            problems.Add($"{keyValue.Key}: {e.Message}");
            return [];
        }
    }
}
