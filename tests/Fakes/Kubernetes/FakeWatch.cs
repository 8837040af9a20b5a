using System.Globalization;
using System.Text.Json.Nodes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>One open watch of a fake API server.</summary>
internal sealed class FakeWatch(FakeObjects objects, (FakeObjectKey Key, Func<JsonObject, bool> Matches) selection, FakeSignals signals)
{
    private readonly long _ends = signals.Ends;
    private long _told = signals.Bookmarks;
    private long _version;

    /// <summary>Until the time the client asked for is over.</summary>
    public async Task RunAsync(FakeHttpConnection connection, FakeRequest request, CancellationToken stop)
    {
        _version = request.Query("resourceVersion") is { Length: > 0 } from ? long.Parse(from, CultureInfo.InvariantCulture) : 0;
        var wantsBookmarks = request.Query("allowWatchBookmarks") == "true";
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timer.CancelAfter(TimeSpan.FromSeconds(request.Query("timeoutSeconds") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1800));
        await connection.BeginStreamAsync(stop);
        try
        {
            await SendPresentAsync(connection, stop);
            while (signals.Ends == _ends)
            {
                var wanted = signals.Bookmarks;
                var (changes, version, more) = objects.After(_version);
                foreach (var line in changes.Where(change => change.Key.IsOf(selection.Key)).Select(change => change.Tell(selection.Matches)).OfType<JsonObject>())
                {
                    await connection.SendLineAsync(line, stop);
                }

                // A watch from a version that is still to come is open and silent until then.
                _version = Math.Max(version, _version);
                if (wantsBookmarks && wanted != _told && version == _version)
                {
                    _told = wanted;
                    await connection.SendLineAsync(Bookmark(version), stop);
                    signals.BookmarkSent();
                }

                await more.WaitAsync(timer.Token);
            }
        }
        catch (FakeStatusException e)
        {
            await connection.SendLineAsync(new JsonObject { ["type"] = "ERROR", ["object"] = e.Status() }, stop);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // The time is over.
        }

        await connection.EndStreamAsync(stop);
    }

    /// <summary>Without a version, or with 0, a watch begins with what is there.</summary>
    private async Task SendPresentAsync(FakeHttpConnection connection, CancellationToken stop)
    {
        if (_version > 0)
        {
            return;
        }

        var (version, _, items) = objects.List(selection.Key, selection.Matches, 0, "");
        _version = version;
        foreach (var item in items)
        {
            await connection.SendLineAsync(new JsonObject { ["type"] = "ADDED", ["object"] = item }, stop);
        }
    }

    private static JsonObject Bookmark(long version) => new()
    {
        ["type"] = "BOOKMARK",
        ["object"] = new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) } },
    };
}
