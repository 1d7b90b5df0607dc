using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using WholeTale.Simulator.Api;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Controllers;

/// <summary>Records events about objects as client-go's recorder does: the same event told again counts up, and names follow the order of telling.</summary>
internal sealed class EventRecorder(World world)
{
    // client-go keeps the newest 4096 events in mind (maxLruCacheEntries); what is older is told as a new one.
    private const int Remembered = 4096;

    private readonly ConcurrentDictionary<(string Uid, string Reason, string Message, string Part), string> _names = new();

    // Counted here: the dictionary would take all its locks for it.
    private int _remembered;
    private long _last;

    /// <param name="about">What it is about.</param>
    /// <param name="component">Who tells.</param>
    /// <param name="type">Normal or Warning.</param>
    /// <param name="reason">One word, for programs.</param>
    /// <param name="message">A sentence, for people.</param>
    /// <param name="host">The node it was told on.</param>
    /// <param name="part">What part of the object it is about, e.g. <c>spec.containers{main}</c>.</param>
    public void Record(StoredObject about, string component, string type, string reason, string message, string? host, string? part)
    {
        var ns = about.Namespace.Length == 0 ? "default" : about.Namespace;
        var now = world.Now;
        var same = (about.Uid, reason, message, part ?? "");
        try
        {
            if (_names.TryGetValue(same, out var known) && Repeat(ns, known, now))
                return;
            var name = $"{about.Name}.{Tick():x16}";
            world.Manager.Create(world.Event, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
                ["involvedObject"] = Reference(about, part),
                ["reason"] = reason,
                ["message"] = message,
                ["source"] = host is null ? new JsonObject { ["component"] = component } : new JsonObject { ["component"] = component, ["host"] = host },
                ["firstTimestamp"] = now,
                ["lastTimestamp"] = now,
                ["count"] = 1,
                ["type"] = type,
                ["reportingComponent"] = component,
                ["reportingInstance"] = host ?? "",
            });
            if (Interlocked.Increment(ref _remembered) > Remembered)
            {
                _names.Clear();
                Interlocked.Exchange(ref _remembered, 1);
            }

            _names[same] = name;
        }
        catch (ApiStatusException)
        {
            // Events are told where they can be: a namespace that terminates takes no new ones.
        }
    }

    private bool Repeat(string ns, string name, string now) => world.Store.Update(world.Event, ns, name, content =>
    {
        content["count"] = (content["count"].Number() ?? 1) + 1;
        content["lastTimestamp"] = now;
    }) is not null;

    private static JsonObject Reference(StoredObject about, string? part)
    {
        var reference = new JsonObject
        {
            ["kind"] = about.Kind.Name,
            ["namespace"] = about.Namespace,
            ["name"] = about.Name,
            ["uid"] = about.Uid,
            ["apiVersion"] = about.Kind.ApiVersion,
            ["resourceVersion"] = about.ResourceVersion.ToString(CultureInfo.InvariantCulture),
        };
        if (part is not null)
            reference["fieldPath"] = part;
        return reference;
    }

    // Nanoseconds, as in the names that client-go gives, and never the same twice: a list of events is in the order in which they were told.
    private long Tick()
    {
        while (true)
        {
            var last = Interlocked.Read(ref _last);
            var next = Math.Max(last + 1, (world.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return next;
        }
    }
}
