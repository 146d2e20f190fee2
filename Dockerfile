# One target a program: docker build --target init|sidecar|server .
ARG DOTNET=10.0

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET}-noble-aot AS build
WORKDIR /source
# Restore by itself, so that an edit of the source does not download the packages again.
COPY Directory.Build.props Directory.Packages.props global.json .editorconfig ./
COPY src/Directory.Build.props src/
COPY src/Samples.Hosting/*.csproj src/Samples.Hosting/
COPY src/Samples.Init/*.csproj src/Samples.Init/
COPY src/Samples.Server/*.csproj src/Samples.Server/
COPY src/Samples.SharedVolume/*.csproj src/Samples.SharedVolume/
COPY src/Samples.Sidecar/*.csproj src/Samples.Sidecar/
RUN for app in Init Sidecar Server; do dotnet restore src/Samples.$app --use-current-runtime || exit 1; done
COPY src src
# The chiseled image has no shell to make the volume's mount point with.
RUN mkdir /data

FROM build AS build-init
RUN dotnet publish src/Samples.Init --use-current-runtime --no-restore --output /app && rm -f /app/*.dbg /app/*.pdb /app/*.xml

FROM build AS build-sidecar
RUN dotnet publish src/Samples.Sidecar --use-current-runtime --no-restore --output /app && rm -f /app/*.dbg /app/*.pdb /app/*.xml

FROM build AS build-server
RUN dotnet publish src/Samples.Server --use-current-runtime --no-restore --output /app && rm -f /app/*.dbg /app/*.pdb /app/*.xml

FROM mcr.microsoft.com/dotnet/runtime-deps:${DOTNET}-noble-chiseled AS base
# A new named volume takes the owner of this folder.
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
# No diagnostics pipe, which would want a writable /tmp; no default port beside those of the settings.
ENV DOTNET_EnableDiagnostics=0 ASPNETCORE_HTTP_PORTS=
USER $APP_UID

FROM base AS init
COPY --from=build-init /app /app
ENTRYPOINT ["/app/init"]

FROM base AS sidecar
COPY --from=build-sidecar /app /app
EXPOSE 8082
ENTRYPOINT ["/app/sidecar"]

FROM base AS server
COPY --from=build-server /app /app
EXPOSE 8080 8081
ENTRYPOINT ["/app/server"]
