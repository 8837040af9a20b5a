using System.Text;

namespace Calico.Agent.Install;

/// <summary>Which programs of the host's plugin directory are ours. A plugin that was there before us is not, and stays when we go.</summary>
internal sealed class InstallRecord(string file)
{
    public IReadOnlySet<string> Names => File.Exists(file)
        ? File.ReadAllLines(file).Select(line => line.Trim()).Where(name => name.Length > 0 && name == Path.GetFileName(name)).ToHashSet(StringComparer.Ordinal)
        : new HashSet<string>();

    /// <summary>Said before the program is written: one that is installed and not recorded would stay for ever.</summary>
    public void Add(string name)
    {
        var names = Names;
        if (!names.Contains(name))
        {
            var text = string.Concat(names.Append(name).Order(StringComparer.Ordinal).Select(each => each + "\n"));
            DurableFile.Update(file, Encoding.UTF8.GetBytes(text), DurableFile.Secret);
        }
    }
}
