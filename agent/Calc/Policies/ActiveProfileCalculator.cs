using Calico.Agent.Calc.Endpoints;
using Calico.Agent.Calc.Messages;
using Calico.Policy.Compiled;

namespace Calico.Agent.Calc.Policies;

/// <summary>Finds the profiles that endpoints of this node name.</summary>
internal sealed class ActiveProfileCalculator(RuleScanner rules, Action<LocalEndpoint> endpointChanged)
{
    private readonly Dictionary<string, CompiledProfile> _profiles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<LocalEndpoint>> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ActiveProfileUpdate> _sent = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    public bool Exists(string name) => Find(name) is not null;

    public void Set(CompiledProfile profile)
    {
        _profiles[profile.Name] = profile;
        OnProfileChanged(profile.Name);
    }

    public void Remove(string name)
    {
        if (_profiles.Remove(name))
        {
            OnProfileChanged(name);
        }
    }

    public void AddUser(LocalEndpoint endpoint)
    {
        foreach (var name in endpoint.Profiles)
        {
            if (!_users.TryGetValue(name, out var users))
            {
                users = [];
                _users.Add(name, users);
            }

            users.Add(endpoint);
            _changed.Add(name);
        }
    }

    public void RemoveUser(LocalEndpoint endpoint)
    {
        foreach (var name in endpoint.Profiles)
        {
            if (_users.TryGetValue(name, out var users) && users.Remove(endpoint) && users.Count == 0)
            {
                _users.Remove(name);
            }

            _changed.Add(name);
        }
    }

    public void Flush(MessageSequencer messages)
    {
        foreach (var name in _changed)
        {
            var before = _sent.GetValueOrDefault(name);
            if (_users.ContainsKey(name) && Find(name) is { } profile)
            {
                var now = new ActiveProfileUpdate(name, rules.Acquire(profile.IngressRules), rules.Acquire(profile.EgressRules));
                _sent[name] = now;
                if (now != before)
                {
                    messages.Add(now);
                }
            }
            else if (_sent.Remove(name))
            {
                messages.Add(new ActiveProfileRemove(name));
            }

            if (before is not null)
            {
                rules.Release(before.Ingress);
                rules.Release(before.Egress);
            }
        }

        _changed.Clear();
    }

    private CompiledProfile? Find(string name) =>
        name == CompiledProfile.DefaultAllow.Name ? CompiledProfile.DefaultAllow : _profiles.GetValueOrDefault(name);

    private void OnProfileChanged(string name)
    {
        if (!_users.TryGetValue(name, out var users))
        {
            return;
        }

        _changed.Add(name);
        foreach (var user in users)
        {
            endpointChanged(user);
        }
    }
}
