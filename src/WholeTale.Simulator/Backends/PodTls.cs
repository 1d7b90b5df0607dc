using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WholeTale.Simulator.Controllers;
using WholeTale.Simulator.Hosting;
using WholeTale.Simulator.Kubelet;
using WholeTale.Simulator.Storage;
using WholeTale.Simulator.Streams;

namespace WholeTale.Simulator.Backends;

/// <summary>Which ports of pods speak TLS, and with what certificate: those of registries that are told files for it.</summary>
internal static class PodTls
{
    /// <summary>The certificate with its key; null where the port speaks in the clear.</summary>
    public static X509Certificate2? Find(World world, PodPort target)
    {
        var pod = world.Store.Get(world.Pod, target.Namespace, target.Pod)?.Read();
        var container = pod?["spec"].Items("containers").FirstOrDefault(item => item.Items("ports").Any(port => port["containerPort"].Number() == target.Port));
        if (pod is null || container is null)
            return null;
        var environment = Mounts.Environment(world, pod, container);
        if (!environment.TryGetValue("REGISTRY_HTTP_TLS_CERTIFICATE", out var certificate) || !environment.TryGetValue("REGISTRY_HTTP_TLS_KEY", out var key)
            || Mounts.File(world, pod, container, certificate) is not { } certificateFile || Mounts.File(world, pod, container, key) is not { } keyFile)
        {
            return null;
        }

        try
        {
            return ServerCertificate.FromPem(Encoding.UTF8.GetString(certificateFile), Encoding.UTF8.GetString(keyFile));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
