using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Calico.Store.Yaml;

/// <summary>YAML (of which JSON is a part) as JSON nodes, by YAML 1.2's core schema and as kubectl reads it.</summary>
/// <remarks>Only the parser of YamlDotNet is used: its serializer works by reflection.</remarks>
public static class YamlJson
{
    // A few aliases of aliases would otherwise become gigabytes.
    private const int LargestNodeCount = 1_000_000;

    /// <summary>The documents of a text, in order; null for an empty one.</summary>
    /// <exception cref="FormatException">The text is no YAML; the message says where.</exception>
    public static IReadOnlyList<JsonNode?> ReadAll(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            var documents = new List<JsonNode?>();
            while (!parser.Accept<StreamEnd>(out _))
            {
                parser.Consume<DocumentStart>();
                documents.Add(new DocumentReader(parser).Read());
                parser.Consume<DocumentEnd>();
            }

            return documents;
        }
        catch (YamlException e)
        {
            throw new FormatException($"line {e.Start.Line}, column {e.Start.Column}: {e.InnerException?.Message ?? e.Message}", e);
        }
    }

    private sealed class DocumentReader(Parser parser)
    {
        private readonly Dictionary<AnchorName, JsonNode?> _anchors = [];
        private int _count;

        public JsonNode? Read()
        {
            if (++_count > LargestNodeCount)
            {
                throw new YamlException(parser.Current!.Start, parser.Current.End, "the document is too large");
            }

            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                return _anchors.TryGetValue(alias.Value, out var target) ? Copy(target) : throw new YamlException(alias.Start, alias.End, $"nothing is named {alias.Value}");
            }

            if (parser.TryConsume<Scalar>(out var scalar))
            {
                return Remember(scalar, YamlScalar.Read(scalar));
            }

            if (parser.TryConsume<SequenceStart>(out var sequence))
            {
                var list = new JsonArray();
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    list.Add(Read());
                }

                return Remember(sequence, list);
            }

            return ReadMapping(parser.Consume<MappingStart>());
        }

        private JsonNode? ReadMapping(MappingStart start)
        {
            var map = new JsonObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = parser.Consume<Scalar>();
                var value = Read();
                if (!map.TryAdd(key.Value, value))
                {
                    throw new YamlException(key.Start, key.End, $"'{key.Value}' is there twice");
                }
            }

            return Remember(start, map);
        }

        private JsonNode? Remember(NodeEvent node, JsonNode? value)
        {
            if (!node.Anchor.IsEmpty)
            {
                _anchors[node.Anchor] = value;
            }

            return value;
        }

        private JsonNode? Copy(JsonNode? node)
        {
            _count += Size(node);
            return _count > LargestNodeCount ? throw new YamlException("the document is too large") : node?.DeepClone();
        }

        private static int Size(JsonNode? node) => node switch
        {
            JsonObject map => 1 + map.Sum(entry => Size(entry.Value)),
            JsonArray list => 1 + list.Sum(Size),
            _ => 1,
        };
    }
}
