using System.Collections;
using System.CommandLine;
using Calico.Controller;
using Calico.Controller.Bootstrap;

#pragma warning disable RS0030 // this is the program's door
var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
#pragma warning restore RS0030
var root = new RootCommand(
    "The cluster's controllers of Calico: bring NetworkPolicies, namespaces, service accounts, pods and nodes of Kubernetes into Calico's datastore, and keep them in step. One replica works, the others wait.")
{
    RunCommand.Create(environment),
    EtcdSetupCommand.Create(environment),
};

// `run` handles signals itself, so that it can end in order.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
