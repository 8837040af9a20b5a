using System.Globalization;

namespace Calico.Agent.Routing.Control;

/// <summary>Reads the answer to <c>show protocols all</c>.</summary>
internal static class SessionStatusParser
{
    public static IReadOnlyList<SessionStatus> Parse(BirdReply reply)
    {
        var sessions = new List<SessionStatus>();
        SessionStatus? current = null;
        foreach (var line in reply.Lines)
        {
            if (line.Code == BirdReply.ProtocolListed)
            {
                Finish(sessions, current);
                current = Heading(line.Text);
            }
            else if (line.Code == BirdReply.ProtocolDetails && current is not null)
            {
                current = Detail(current, line.Text);
            }
        }

        Finish(sessions, current);
        return sessions;
    }

    private static void Finish(List<SessionStatus> sessions, SessionStatus? session)
    {
        if (session is not null)
        {
            sessions.Add(session.IsEstablished ? session with { Cause = "" } : session with { Cause = SessionCause.InWords(session.State, session.Cause) });
        }
    }

    /// <summary>Name, protocol, table, state, since, information; null unless it is BGP.</summary>
    private static SessionStatus? Heading(string text)
    {
        var words = text.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length < 5 || words[1] != "BGP")
        {
            return null;
        }

        // With a date the time takes two words ("2026-11-21 10:00:00"); the details tell the state again in any case.
        return new SessionStatus(words[0], "", "", "", words[3] == "down" ? "Down" : "", words[4], "", 0, 0);
    }

    private static SessionStatus Detail(SessionStatus session, string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return session;
        }

        var value = text[(colon + 1)..].Trim();
        return text[..colon].Trim() switch
        {
            "Description" => session with { Origin = value },
            "BGP state" => session with { State = value },
            "Neighbor address" => session with { PeerAddress = value },
            "Neighbor AS" => session with { PeerAs = value },
            "Last error" => session with { Cause = value },
            "Routes" => session with { Imported = Count(value, "imported"), Exported = Count(value, "exported") },
            _ => session,
        };
    }

    /// <summary>The number before a word in <c>3 imported, 0 filtered, 2 exported</c>.</summary>
    private static int Count(string text, string word)
    {
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var space = part.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && part.AsSpan(space + 1).SequenceEqual(word))
            {
                return int.TryParse(part.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
            }
        }

        return 0;
    }
}
