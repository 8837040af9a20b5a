// Two fixtures at a time, of those that say so: they wait more than they work, and none of them measures. All others run alone, after them.
[assembly: LevelOfParallelism(2)]
