namespace Calico.Tests.Demo;

/// <summary>Something the demo claims, whether it was found to be so, and what was found when it was not.</summary>
internal sealed record Fact(string Claim, bool Holds, string Evidence)
{
    /// <summary>A claim that holds when nothing speaks against it.</summary>
    public static Fact Unless(IEnumerable<string> objections, string claim)
    {
        var found = objections.ToArray();
        return new Fact(claim, found.Length == 0, string.Join("; ", found));
    }
}
