using System.Text.Json.Nodes;
using WholeTale.Simulator.Storage;

namespace WholeTale.Simulator.Patching;

/// <summary>
/// The order of a merged list's items: those of the patch in the patch's order, the others in the old order, the two interleaved so that
/// an item stands before those that it stood before (strategicpatch, normalizeElementOrder).
/// </summary>
internal static class ElementOrder
{
    /// <summary>The merged items in order.</summary>
    /// <param name="merged">The items.</param>
    /// <param name="named">What belongs to the patch.</param>
    /// <param name="patchOrder">The order of the patch's items.</param>
    /// <param name="oldOrder">The list as it was.</param>
    /// <param name="key">The merge key; empty for a list of scalars.</param>
    public static JsonArray Arrange(JsonArray merged, JsonArray named, JsonArray patchOrder, JsonArray oldOrder, string key)
    {
        var patched = merged.Where(item => Find(named, item, key) >= 0).OrderBy(item => Find(patchOrder, item, key)).ToList();
        var others = merged.Where(item => Find(named, item, key) < 0).OrderBy(item => Find(oldOrder, item, key)).ToList();
        var arranged = new JsonArray();
        int left = 0, right = 0;
        while (left < others.Count || right < patched.Count)
        {
            if (right >= patched.Count || left < others.Count && IsBefore(others[left], patched[right], oldOrder, key))
                arranged.Add(others[left++]?.DeepClone());
            else
                arranged.Add(patched[right++]?.DeepClone());
        }

        return arranged;
    }

    /// <summary>Where an item with this key stands; -1 for nowhere.</summary>
    public static int IndexOf(JsonArray items, JsonNode? wanted, string key)
    {
        for (var at = 0; at < items.Count; at++)
        {
            if (JsonTree.AreEqual(key.Length == 0 ? items[at] : items[at]?[key], wanted))
                return at;
        }

        return -1;
    }

    /// <summary>Holds the patch's items against the order that the patch gives them.</summary>
    /// <exception cref="PatchException">They come in another order.</exception>
    public static void Check(JsonArray items, JsonArray order, string key)
    {
        if (items.Count == 0 || order.Count == 0)
            return;
        var wanted = items.Where(item => item is not JsonObject members || !members.ContainsKey("$patch")).ToList();
        var at = 0;
        foreach (var place in order)
        {
            if (at < wanted.Count && JsonTree.AreEqual(key.Length == 0 ? wanted[at] : wanted[at]?[key], key.Length == 0 ? place : place?[key]))
                at++;
        }

        if (at < wanted.Count)
            throw new PatchException($"The order in patch list:\n{GoText.Value(items)}\n doesn't match {StrategicMergePatch.Order[..^1]} list:\n{GoText.Value(order)}\n", 500);
    }

    private static int Find(JsonArray items, JsonNode? item, string key) => IndexOf(items, key.Length == 0 ? item : item?[key], key);

    private static bool IsBefore(JsonNode? one, JsonNode? other, JsonArray order, string key)
    {
        var (first, second) = (Find(order, one, key), Find(order, other, key));
        return first >= 0 && second >= 0 && first < second;
    }
}
