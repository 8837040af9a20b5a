namespace Calico.Tests.Fakes.Kubernetes;

/// <summary>What a test asks of all open watches.</summary>
internal sealed class FakeSignals
{
    private long _bookmarks;
    private long _ends;
    private long _sent;

    /// <summary>How often bookmarks were asked for; a watch that began before sends one for each rise.</summary>
    public long Bookmarks => Interlocked.Read(ref _bookmarks);

    /// <summary>How often an end was asked for; a watch that began before ends.</summary>
    public long Ends => Interlocked.Read(ref _ends);

    public long BookmarksSent => Interlocked.Read(ref _sent);

    public void AskForBookmarks() => Interlocked.Increment(ref _bookmarks);

    public void AskForEnd() => Interlocked.Increment(ref _ends);

    public void BookmarkSent() => Interlocked.Increment(ref _sent);
}
