using System.CommandLine;

namespace Calico.Tests.Bench.Ipam;

/// <summary>
/// The part of <c>ipam-scale</c> that runs inside a host's network namespace, as a process of its own: many callers at once, and what they got done.
/// Prints one <see cref="LoadResult"/>.
/// </summary>
internal static class LoadCommand
{
    public const string Name = "ipam-load";

    public static Command Create()
    {
        var etcd = new Option<string?>("--etcd") { Description = "Raw transactions against this endpoint." };
        var socket = new Option<string?>("--socket") { Description = "ADD and DEL through this agent; the conf comes on standard input." };
        var callers = new Option<int>("--callers") { DefaultValueFactory = _ => 1 };
        var count = new Option<int>("--count") { Description = "Calls of all callers together.", DefaultValueFactory = _ => 640 };
        var command = new Command(Name, "Part of ipam-scale.") { etcd, socket, callers, count };
        command.Hidden = true;
        command.SetAction(async (parsed, token) =>
        {
            var (many, all) = (parsed.GetValue(callers), parsed.GetValue(count));
            var result = parsed.GetValue(etcd) is { } endpoint
                ? await RawLoad.RunAsync(new Uri(endpoint), many, all, token)
                : await AgentLoad.RunAsync(parsed.GetValue(socket)!, await Console.In.ReadToEndAsync(token), many, all, token);
            Console.WriteLine(result);
            return 0;
        });
        return command;
    }
}
