namespace WholeTale.Core.Deployment.Reporting;

/// <summary>How the page looks, on light and dark screens and on paper.</summary>
internal static class ReportStyle
{
    internal const string Css = """

        :root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --ink: #1b2330; --soft: #667085; --line: #e3e6eb;
          --blue: #3b6fd4; --amber: #e3a63c; --green: #2e9e6b; --red: #d1434b; --grey: #c3cad5; }
        @media (prefers-color-scheme: dark) { :root { --ground: #12161d; --card: #1b212b; --ink: #e7ebf1; --soft: #98a3b3; --line: #2c3441;
          --blue: #6f9bf0; --amber: #e8b65a; --green: #4fc08d; --red: #f0727a; --grey: #465063; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
        main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
        header { display: flex; justify-content: space-between; align-items: flex-start; gap: 16px; }
        h1 { margin: 0; font-size: 28px; font-weight: 650; letter-spacing: -.01em; } h1 .on { color: var(--soft); font-weight: 400; }
        h2 { margin: 0 0 12px; font-size: 16px; font-weight: 650; }
        .when { margin: 4px 0 0; color: var(--soft); }
        .status { padding: 6px 16px; border-radius: 999px; font-weight: 650; color: #fff; background: var(--grey); }
        .status.ready { background: var(--green); } .status.failed, .status.missing { background: var(--red); } .status.progressing, .status.pending { background: var(--amber); color: #1b2330; }
        section { margin-top: 20px; padding: 20px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
        .figures { display: flex; flex-wrap: wrap; gap: 12px 36px; }
        .figures div { display: flex; flex-direction: column; } .figures b { font-size: 22px; font-variant-numeric: tabular-nums; } .figures span { color: var(--soft); font-size: 13px; }
        .diagnosis { border-left: 4px solid var(--red); } .diagnosis p { margin: 0 0 8px; } .advice { font-weight: 600; }
        pre { margin: 8px 0 0; padding: 12px; overflow-x: auto; background: var(--ground); border-radius: 8px; font-size: 13px; }
        .legend { margin: 0 0 12px; color: var(--soft); font-size: 13px; } .legend i { display: inline-block; width: 18px; height: 10px; margin: 0 6px 0 14px; border-radius: 3px; position: static; }
        .legend i:first-child { margin-left: 0; }
        .chart { font-size: 14px; } .axis, summary, .object { display: grid; grid-template-columns: 250px 1fr; gap: 12px; align-items: center; }
        .axis { height: 30px; border-bottom: 1px solid var(--line); } .axis em { position: absolute; top: 4px; transform: translateX(-50%); color: var(--soft); font-size: 12px; font-style: normal; white-space: nowrap; }
        .axis em:first-child { transform: translateX(-3px); }
        .track { position: relative; height: 22px; background: repeating-linear-gradient(to right, var(--line) 0 1px, transparent 1px var(--step)); } .axis .track { height: 30px; }
        details { border-bottom: 1px solid var(--line); } .chart > details:last-child { border-bottom: 0; }
        summary { padding: 5px 0; cursor: pointer; list-style: none; } summary::-webkit-details-marker { display: none; }
        summary .name::before { content: "\25B8"; display: inline-block; width: 16px; color: var(--soft); } details[open] > summary .name::before { transform: rotate(90deg); }
        summary .name { font-weight: 600; } small { margin-left: 6px; color: var(--soft); font-weight: 400; font-size: 12px; } small.ready { color: var(--green); } small.failed, small.missing { color: var(--red); }
        .object .name { padding-left: 16px; color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .bar { position: absolute; top: 5px; height: 12px; min-width: 2px; border-radius: 3px; } .object .bar { top: 8px; height: 6px; }
        i.pending { background: repeating-linear-gradient(45deg, var(--grey) 0 3px, transparent 3px 7px); } i.applying { background: var(--blue); } i.waiting { background: var(--amber); }
        .write { background: var(--blue); } .write.unchanged { background: var(--grey); } .write.failed { background: var(--red); } .write.pruned { background: var(--amber); }
        .end { position: absolute; top: 3px; width: 5px; height: 16px; margin-left: -2px; border-radius: 2px; background: var(--grey); } .end.ready { background: var(--green); } .end.failed, .end.missing { background: var(--red); }
        .mark { position: absolute; bottom: 2px; width: 3px; height: 8px; background: var(--red); border-radius: 1px; } .legend .mark { width: 3px; }
        ol { margin: 4px 0 12px; padding: 0 0 0 16px; list-style: none; color: var(--soft); font-size: 13px; } time { display: inline-block; min-width: 60px; font-variant-numeric: tabular-nums; }
        .retries { margin-top: 12px; border: 0; } .retries summary { display: block; color: var(--red); } ul { margin: 0; padding-left: 20px; }
        .warnings { border-left: 4px solid var(--amber); } a { color: var(--blue); }
        table { border-collapse: collapse; } th, td { padding: 3px 24px 3px 0; text-align: left; font-weight: 400; } th { color: var(--soft); } td { font-family: ui-monospace, monospace; font-size: 13px; }
        @media (max-width: 700px) { .axis, summary, .object { grid-template-columns: 120px 1fr; } }
        @media print { body { background: #fff; } section { break-inside: avoid; } }

        """;
}
