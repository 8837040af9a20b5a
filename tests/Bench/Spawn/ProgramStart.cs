namespace Calico.Tests.Bench.Spawn;

/// <summary>What is started: a program without arguments, as CNI plugins are, its whole environment and its standard input (at most 60 kB).</summary>
internal sealed record ProgramStart(string Path, IReadOnlyDictionary<string, string> Environment, string Stdin = "");
