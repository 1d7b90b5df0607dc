namespace WholeTale.Core.Configuration;

/// <summary>A settings or secrets file as read, with the place of everything in it. The PowerShell layer makes it from a psd1 file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Source">SettingsFile or SecretsFile.</param>
/// <param name="Root">The file's outermost table.</param>
public sealed record SettingsDocument(string Path, string Source, SettingsTable Root);

/// <summary>A value in a settings file, and the line it stands in (from 1).</summary>
/// <param name="Line">The line.</param>
public abstract record SettingsNode(int Line);

/// <summary>A table: <c>@{ ... }</c>.</summary>
/// <param name="Entries">Its keys in order, each with the key's own line and its value.</param>
/// <param name="Line">Where it begins.</param>
public sealed record SettingsTable(IReadOnlyList<(string Key, int Line, SettingsNode Value)> Entries, int Line) : SettingsNode(Line);

/// <summary>A list: <c>@( ... )</c> or <c>'a', 'b'</c>.</summary>
/// <param name="Items">Its items.</param>
/// <param name="Line">Where it begins.</param>
public sealed record SettingsList(IReadOnlyList<SettingsNode> Items, int Line) : SettingsNode(Line);

/// <summary>A string, number, Boolean or null.</summary>
/// <param name="Value">The value: string, bool, int, long, double or null.</param>
/// <param name="Line">Where it stands.</param>
public sealed record SettingsScalar(object? Value, int Line) : SettingsNode(Line);
