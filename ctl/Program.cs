using System.Collections;
using Calico.Ctl;
using Calico.Store.Etcd;
using Microsoft.Extensions.Logging.Abstractions;

#pragma warning disable RS0030 // this is the program's door
var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
#pragma warning restore RS0030
return await CalicoCtl.RunAsync(args, new CtlContext
{
    Environment = environment,
    In = Console.In,
    Out = Console.Out,
    Error = Console.Error,
    Time = TimeProvider.System,
    OpenStore = options => new EtcdClient(options, NullLogger.Instance, TimeProvider.System),
});
