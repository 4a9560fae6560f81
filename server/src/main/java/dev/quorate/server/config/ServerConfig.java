package dev.quorate.server.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Everything that a server has to know before it starts. Immutable; nothing in it is null.
 *
 * @param name human-readable name of this member
 * @param dataDir directory of all data of this member
 * @param walDir directory of the WAL, usually {@code member/wal} below {@code dataDir}
 * @param urls where to listen, what to advertise
 * @param bootstrap how to find the cluster at the first start
 * @param raft the consensus protocol
 * @param storage how data is kept
 * @param limits what requests may be at most
 * @param compaction when history goes
 * @param checks what is looked at periodically
 * @param auth tokens and passwords
 * @param clientTls certificates towards clients
 * @param peerTls certificates towards peers
 * @param http what the front doors offer
 * @param tracing distributed tracing
 * @param log how the program writes its log
 * @param features what is switched on
 */
public record ServerConfig(
        String name,
        Path dataDir,
        Path walDir,
        Urls urls,
        Bootstrap bootstrap,
        RaftSettings raft,
        StorageSettings storage,
        Limits limits,
        Compaction compaction,
        Checks checks,
        AuthSettings auth,
        Tls clientTls,
        Tls peerTls,
        HttpSettings http,
        Tracing tracing,
        LogSettings log,
        FeatureGates features) {

    /**
     * etcd's defaults for a cluster of this one member, on localhost with the ports 2379 and 2380.
     *
     * @param name of the member
     * @param dataDir directory of its data; need not exist
     */
    public static ServerConfig defaults(String name, Path dataDir) {
        Urls urls = Urls.defaults();
        return new ServerConfig(
                name,
                dataDir,
                dataDir.resolve("member").resolve("wal"),
                urls,
                Bootstrap.of(List.of(new Bootstrap.Member(name, urls.advertisePeer()))),
                RaftSettings.defaults(),
                StorageSettings.defaults(),
                Limits.defaults(),
                Compaction.defaults(),
                Checks.defaults(),
                AuthSettings.defaults(),
                Tls.none(),
                Tls.none(),
                HttpSettings.defaults(),
                Tracing.none(),
                LogSettings.defaults(),
                FeatureGates.defaults());
    }

    /** The same for a member on loopback ports, whose initial cluster is itself alone. */
    public static ServerConfig loopback(String name, Path dataDir, int peerPort, int clientPort) {
        Url peer = Url.loopback(peerPort);
        return defaults(name, dataDir)
                .withUrls(Urls.of(peer, Url.loopback(clientPort)))
                .withBootstrap(Bootstrap.of(List.of(new Bootstrap.Member(name, List.of(peer)))));
    }

    /** {@code member} below the data directory. */
    public Path memberDir() {
        return dataDir.resolve("member");
    }

    /** Where snapshot files and the engine's files are. */
    public Path snapDir() {
        return memberDir().resolve("snap");
    }

    /** Whether the WAL is kept apart from the other data. */
    public boolean isWalDedicated() {
        return !walDir.equals(memberDir().resolve("wal"));
    }

    public ServerConfig withWalDir(Path next) {
        return new ServerConfig(
                name,
                dataDir,
                next,
                urls,
                bootstrap,
                raft,
                storage,
                limits,
                compaction,
                checks,
                auth,
                clientTls,
                peerTls,
                http,
                tracing,
                log,
                features);
    }

    public ServerConfig withUrls(Urls next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                next,
                bootstrap,
                raft,
                storage,
                limits,
                compaction,
                checks,
                auth,
                clientTls,
                peerTls,
                http,
                tracing,
                log,
                features);
    }

    public ServerConfig withBootstrap(Bootstrap next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                urls,
                next,
                raft,
                storage,
                limits,
                compaction,
                checks,
                auth,
                clientTls,
                peerTls,
                http,
                tracing,
                log,
                features);
    }

    public ServerConfig withRaft(RaftSettings next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                urls,
                bootstrap,
                next,
                storage,
                limits,
                compaction,
                checks,
                auth,
                clientTls,
                peerTls,
                http,
                tracing,
                log,
                features);
    }

    public ServerConfig withStorage(StorageSettings next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                urls,
                bootstrap,
                raft,
                next,
                limits,
                compaction,
                checks,
                auth,
                clientTls,
                peerTls,
                http,
                tracing,
                log,
                features);
    }

    public ServerConfig withLimits(Limits next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                urls,
                bootstrap,
                raft,
                storage,
                next,
                compaction,
                checks,
                auth,
                clientTls,
                peerTls,
                http,
                tracing,
                log,
                features);
    }

    public ServerConfig withCompaction(Compaction next) {
        return new ServerConfig(
                name, dataDir, walDir, urls, bootstrap, raft, storage, limits, next, checks, auth,
                clientTls, peerTls, http, tracing, log, features);
    }

    public ServerConfig withChecks(Checks next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                urls,
                bootstrap,
                raft,
                storage,
                limits,
                compaction,
                next,
                auth,
                clientTls,
                peerTls,
                http,
                tracing,
                log,
                features);
    }

    public ServerConfig withAuth(AuthSettings next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                urls,
                bootstrap,
                raft,
                storage,
                limits,
                compaction,
                checks,
                next,
                clientTls,
                peerTls,
                http,
                tracing,
                log,
                features);
    }

    public ServerConfig withClientTls(Tls next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                urls,
                bootstrap,
                raft,
                storage,
                limits,
                compaction,
                checks,
                auth,
                next,
                peerTls,
                http,
                tracing,
                log,
                features);
    }

    public ServerConfig withPeerTls(Tls next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                urls,
                bootstrap,
                raft,
                storage,
                limits,
                compaction,
                checks,
                auth,
                clientTls,
                next,
                http,
                tracing,
                log,
                features);
    }

    public ServerConfig withHttp(HttpSettings next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                urls,
                bootstrap,
                raft,
                storage,
                limits,
                compaction,
                checks,
                auth,
                clientTls,
                peerTls,
                next,
                tracing,
                log,
                features);
    }

    public ServerConfig withTracing(Tracing next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                urls,
                bootstrap,
                raft,
                storage,
                limits,
                compaction,
                checks,
                auth,
                clientTls,
                peerTls,
                http,
                next,
                log,
                features);
    }

    public ServerConfig withLog(LogSettings next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                urls,
                bootstrap,
                raft,
                storage,
                limits,
                compaction,
                checks,
                auth,
                clientTls,
                peerTls,
                http,
                tracing,
                next,
                features);
    }

    public ServerConfig withFeatures(FeatureGates next) {
        return new ServerConfig(
                name,
                dataDir,
                walDir,
                urls,
                bootstrap,
                raft,
                storage,
                limits,
                compaction,
                checks,
                auth,
                clientTls,
                peerTls,
                http,
                tracing,
                log,
                next);
    }
}
