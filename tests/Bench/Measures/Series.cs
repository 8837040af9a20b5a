namespace Calico.Tests.Bench.Measures;

/// <summary>One measure of every contender, taken in turn.</summary>
/// <param name="Title">What was measured.</param>
/// <param name="All">The samples, the one that others are compared with first.</param>
internal sealed record Series(string Title, IReadOnlyList<Samples> All)
{
    public Samples Peer => All[0];

    public Samples? Find(string contender) => All.FirstOrDefault(samples => samples.Contender == contender);
}
