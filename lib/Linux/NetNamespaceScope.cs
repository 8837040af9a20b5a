namespace Calico.Linux;

/// <summary>The stay of one thread in another namespace; disposing it, on that thread, leads home.</summary>
public sealed class NetNamespaceScope : IDisposable
{
    private readonly NetNamespace _home;

    internal NetNamespaceScope(NetNamespace home)
    {
        _home = home;
    }

    public void Dispose()
    {
        _home.Join();
        _home.Dispose();
    }
}
