// Fixtures share constants only, and each waits for what it needs, however busy the machine is.
[assembly: Parallelizable(ParallelScope.Fixtures)]
