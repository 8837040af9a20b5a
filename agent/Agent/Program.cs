using System.Collections;
using System.CommandLine;
using Calico.Agent;
using Calico.Agent.Install;
using Calico.Agent.Purge;
using Calico.Agent.Status;

#pragma warning disable RS0030 // this is the program's door
var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
#pragma warning restore RS0030
var root = new RootCommand("The node's agent of Calico: registers the node, gives pods their addresses, enforces policy, and routes to pods by BGP.")
{
    RunCommand.Create(environment),
    StatusCommand.Create(environment),
    InstallCommand.Create(environment),
    PurgeCommand.Create(environment),
};

// `run` handles signals itself, so that it can end in order.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
