using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Samples.Hosting;
using Yarp.ReverseProxy.Transforms;

namespace Samples.Server;

/// <summary>YARP with the routes of the configuration's section <c>ReverseProxy</c>, which is read again whenever it changes.</summary>
internal static class Proxy
{
    private const string SectionName = "ReverseProxy";

    public static IServiceCollection AddProxy(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddReverseProxy()
            .LoadFromConfig(configuration.GetSection(SectionName))
            .AddTransforms(route => route.AddResponseTransform(EventStream.FlushHeadersAsync));

        // YARP brings data protection, for the encrypted cookies of one kind of session affinity. It would look for a place to keep keys at every
        // start, used or not, and warn that there is none that outlives the container. Here keys live as long as the process:
        // a cookie from another one is no error, YARP's affinity then picks a destination anew.
        var keyMaker = services.First(s => s.ServiceType == typeof(IHostedService)
            && s.ImplementationType?.Assembly == typeof(DataProtectionBuilderExtensions).Assembly);
        services.Remove(keyMaker);
        services.Replace(ServiceDescriptor.Singleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider()));
        return services;
    }

    /// <exception cref="InvalidSettingException">YARP refuses the configuration. Once running, it would log that and keep what it has.</exception>
    public static void MapProxy(this WebApplication app)
    {
        try
        {
            app.UseMiddleware<ProxyMiddleware>();
            app.UseRouting();
            app.MapReverseProxy(proxy =>
            {
                proxy.UseMiddleware<NextUpstreamMiddleware>();
                proxy.UseSessionAffinity();
                proxy.UseLoadBalancing();
                proxy.UsePassiveHealthChecks();
            });
        }
        catch (InvalidOperationException e) when (e.InnerException is not null)
        {
            var problems = e.InnerException is AggregateException { InnerExceptions: var inner } ? inner : [e.InnerException];
            throw new InvalidSettingException($"{SectionName} cannot be used: {string.Join(' ', problems.Select(p => p.Message))}");
        }
    }
}
