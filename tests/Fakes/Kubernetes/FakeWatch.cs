using System.Globalization;
using System.Text.Json.Nodes;

namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>One open watch of a fake API server.</summary>
internal sealed class FakeWatch(FakeObjects objects, (FakeObjectKey Key, Func<JsonObject, bool> Matches) selection, FakeSignals signals)
{
    private long _version;

    /// <summary>A version that is still to come is refused before the watch begins.</summary>
    public void CheckBeginning(FakeRequest request)
    {
        var text = request.Query("resourceVersion");
        _version = text.Length == 0 ? 0 : long.Parse(text, CultureInfo.InvariantCulture);
        if (_version > objects.Version)
        {
            throw new FakeStatusException(504, "Timeout", $"Too large resource version: {_version}, current: {objects.Version}") { Cause = "ResourceVersionTooLarge" };
        }
    }

    /// <summary>Until the time the client asked for is over.</summary>
    public async Task RunAsync(FakeHttpConnection connection, FakeRequest request, CancellationToken stop)
    {
        var wantsBookmarks = request.Query("allowWatchBookmarks") == "true";
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timer.CancelAfter(TimeSpan.FromSeconds(request.Query("timeoutSeconds") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1800));
        await connection.BeginStreamAsync(stop);
        var (told, ends) = (signals.Bookmarks, signals.Ends);
        try
        {
            await SendPresentAsync(connection, stop);
            while (signals.Ends == ends)
            {
                var wanted = signals.Bookmarks;
                var (changes, version, more) = objects.After(_version);
                foreach (var line in changes.Where(change => change.Key.IsOf(selection.Key)).Select(change => change.Tell(selection.Matches)).OfType<JsonObject>())
                {
                    await connection.SendLineAsync(line, stop);
                }

                _version = version;
                if (wantsBookmarks && wanted != told)
                {
                    told = wanted;
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
