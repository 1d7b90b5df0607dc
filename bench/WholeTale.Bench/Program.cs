using WholeTale.Bench;

var scenarios = new Dictionary<string, Func<Workbench, Results, Task>>(StringComparer.Ordinal)
{
    ["import"] = ImportScenario.RunAsync,
    ["deploy"] = DeployScenario.RunAsync,
    ["tales"] = TalesScenario.RunAsync,
    ["simulator"] = SimulatorScenario.RunAsync,
};
var wanted = args is [] or ["all"] ? [.. scenarios.Keys] : args;
if (wanted.FirstOrDefault(name => !scenarios.ContainsKey(name)) is { } unknown)
{
    await Console.Error.WriteLineAsync($"There is no scenario '{unknown}'. Use one of {string.Join(", ", scenarios.Keys)}, all.");
    return 1;
}

var results = new Results();
await using var workbench = await Workbench.CreateAsync();
foreach (var name in wanted)
    await scenarios[name](workbench, results);
results.Print(Console.Out);
return 0;
