using System.Management.Automation;
using System.Net;
using WholeTale.Core.Deployment;
using WholeTale.Core.Girder;

namespace WholeTale.PowerShell.Commands;

/// <summary>Gives the administrator's login the form that PowerShell knows: a PSCredential, whose password shows only when it is asked for.</summary>
internal static class Credentials
{
    private const string Name = "Credential";

    internal static PSObject AddTo(GirderSetup setup)
    {
        var result = PSObject.AsPSObject(setup);
        if (result.Properties[Name] is null)
            result.Properties.Add(new PSNoteProperty(Name, new PSCredential(setup.Login, new NetworkCredential("", setup.Password.Reveal()).SecurePassword)));
        return result;
    }

    internal static PSObject AddTo(Deployment deployment)
    {
        var result = PSObject.AsPSObject(deployment);
        if (deployment.Girder is { } setup && result.Properties[Name] is null)
            result.Properties.Add(new PSNoteProperty(Name, AddTo(setup).Properties[Name].Value));
        return result;
    }
}
