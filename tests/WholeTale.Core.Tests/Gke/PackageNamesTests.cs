using System.Reflection;
using System.Text.RegularExpressions;
using Google.Cloud.Container.V1;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace WholeTale.Core.Tests.Gke;

/// <summary>Holds that the package Google.Cloud.Container.V1 can take the place of our proto: docs/gke.md says what is then deleted.</summary>
public sealed partial class PackageNamesTests
{
    private static readonly string Source = Path.Combine(CommonFolders.Repository, "src");

    // The package's namespaces (googleapis: csharp_namespace of cluster_service.proto, and of google/rpc in Google.Api.CommonProtos).
    private static readonly string[] Packaged = ["Google.Cloud.Container.V1", "Google.Rpc"];

    [Fact]
    public void Every_message_has_the_namespace_and_the_full_name_of_the_package()
    {
        var files = new[] { ClusterServiceReflection.Descriptor, Google.Rpc.StatusReflection.Descriptor, Google.Rpc.ErrorDetailsReflection.Descriptor };

        Assert.Equal(["google.container.v1", "google.rpc", "google.rpc"], files.Select(file => file.Package));
        Assert.All(files.SelectMany(file => file.MessageTypes), message => Assert.Contains(message.ClrType.Namespace, Packaged));
    }

    // A generated client of Google's has for each method X: Task<Response> XAsync(Request, CancellationToken), and Task alone for Empty.
    [Fact]
    public void The_clients_methods_have_the_packages_names_and_forms()
    {
        var expected = ClusterServiceReflection.Descriptor.Services.Single().Methods.Select(Form).Order(StringComparer.Ordinal);

        var ours = typeof(ClusterManagerClient).GetMethods(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly | BindingFlags.Public)
            .Where(method => method.IsAssembly || method.IsPublic)
            .Select(method => $"{Name(method.ReturnType)} {method.Name}({string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)))})")
            .Order(StringComparer.Ordinal);

        Assert.Equal(expected, ours);
    }

    [Fact]
    public void Nothing_outside_of_the_room_names_what_the_package_would_bring()
    {
        var files = Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Relative(file).StartsWith("WholeTale.Gke/", StringComparison.Ordinal) && !Relative(file).StartsWith("WholeTale.Simulator/", StringComparison.Ordinal))
            .Where(file => !Relative(file).Contains("/obj/", StringComparison.Ordinal));

        Assert.DoesNotContain(files, file => Wire().IsMatch(File.ReadAllText(file)));
    }

    // With the package the folder Client goes: what is left must know neither the raw client nor how it is generated.
    [Fact]
    public void Only_the_seam_knows_the_generated_client()
    {
        var others = Directory.EnumerateFiles(Path.Combine(Source, "WholeTale.Gke"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Relative(file).Contains("/obj/", StringComparison.Ordinal) && !Relative(file).Contains("/Client/", StringComparison.Ordinal));

        Assert.DoesNotContain(others, file => File.ReadAllText(file).Contains("ClusterManager.ClusterManagerClient", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_that_the_room_shows_to_others_has_a_type_of_Google()
    {
        var shown = typeof(WholeTale.Gke.GkeProvider).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .SelectMany(Types)
            .Select(type => type.Assembly.GetName().Name!)
            .Distinct();

        Assert.DoesNotContain(shown, name => name.StartsWith("Google", StringComparison.Ordinal) || name.StartsWith("Grpc", StringComparison.Ordinal));
        Assert.DoesNotContain(typeof(WholeTale.Gke.GkeProvider).Assembly.GetExportedTypes(), type => type.Namespace!.StartsWith("Google", StringComparison.Ordinal));
    }

    private static string Form(MethodDescriptor method) =>
        $"{(method.OutputType.ClrType == typeof(Empty) ? "Task" : $"Task<{method.OutputType.Name}>")} {method.Name}Async({method.InputType.Name}, CancellationToken)";

    private static string Name(System.Type type) => type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : type.Name;

    private static IEnumerable<System.Type> Types(MemberInfo member) => member switch
    {
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType).SelectMany(type => type.IsGenericType ? type.GetGenericArguments().Append(type) : [type]),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        PropertyInfo property => [property.PropertyType],
        FieldInfo field => [field.FieldType],
        _ => [],
    };

    private static string Relative(string file) => Path.GetRelativePath(Source, file).Replace('\\', '/');

    [GeneratedRegex(@"\b(?:Google\.Cloud\.Container|Google\.Rpc|Google\.Protobuf|Google\.Apis|Grpc\.(?:Core|Net))\b", RegexOptions.CultureInvariant)]
    private static partial Regex Wire();
}
