package dev.quorate.tools.etcd;

import dev.quorate.log.Level;
import dev.quorate.log.LineFormat;
import dev.quorate.log.Log;
import dev.quorate.server.config.AuthSettings;
import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.Checks;
import dev.quorate.server.config.Compaction;
import dev.quorate.server.config.Discovery;
import dev.quorate.server.config.Feature;
import dev.quorate.server.config.FeatureGates;
import dev.quorate.server.config.HttpSettings;
import dev.quorate.server.config.Limits;
import dev.quorate.server.config.LogSettings;
import dev.quorate.server.config.RaftSettings;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.StorageSettings;
import dev.quorate.server.config.Tls;
import dev.quorate.server.config.Tracing;
import dev.quorate.server.config.Url;
import dev.quorate.server.config.Urls;
import dev.quorate.tools.flag.FlagValues;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Everything that the values of the flags say, as the records that programs understand.
 *
 * @param server configuration of the server
 * @param proxy settings of the v2 proxy, which runs instead of a server if its mode is not off
 * @param v2OnV3Prefix prefix under which v2 would be kept in v3 ({@code --experimental-enable-v2v3}), or empty
 */
public record EtcdOptions(ServerConfig server, ProxyOptions proxy, String v2OnV3Prefix) {

    private static final Log log = Log.of(EtcdOptions.class);

    /** Suffix of a data directory that is named after its member. */
    private static final String DATA_DIR_SUFFIX = ".etcd";

    private static final Duration LEAST_PEER_TIMEOUT = Duration.ofSeconds(5);

    /**
     * Builds the records.
     *
     * @param values checked by {@link OptionChecks}
     * @throws InvalidConfigException for what etcd notices only when it starts
     */
    static EtcdOptions of(FlagValues values) throws InvalidConfigException {
        String name = values.text("name");
        Path dataDir =
                Path.of(
                        values.text("data-dir").isEmpty()
                                ? name + DATA_DIR_SUFFIX
                                : values.text("data-dir"));
        String walDir = values.text("wal-dir");
        Urls urls = urls(values);
        ServerConfig server =
                new ServerConfig(
                        name,
                        dataDir,
                        walDir.isEmpty()
                                ? dataDir.resolve("member").resolve("wal")
                                : Path.of(walDir),
                        urls,
                        bootstrap(values, name, urls.advertisePeer()),
                        raft(values),
                        storage(values),
                        limits(values),
                        compaction(values),
                        checks(values),
                        auth(values),
                        clientTls(values),
                        peerTls(values),
                        http(values),
                        tracing(values),
                        log(values),
                        features(values));
        return new EtcdOptions(server, proxy(values), values.text("experimental-enable-v2v3"));
    }

    private static Urls urls(FlagValues values) {
        return new Urls(
                urls(values, "listen-peer-urls"),
                urls(values, "listen-client-urls"),
                urls(values, "listen-client-http-urls"),
                urls(values, "listen-metrics-urls"),
                urls(values, "initial-advertise-peer-urls"),
                urls(values, "advertise-client-urls"));
    }

    private static List<Url> urls(FlagValues values, String name) {
        return values.text(name).isEmpty() ? List.of() : Url.parseAll(values.list(name));
    }

    private static Bootstrap bootstrap(FlagValues values, String name, List<Url> advertisePeer)
            throws InvalidConfigException {
        boolean discovers = OptionChecks.isDiscovering(values);
        String text = values.text("initial-cluster");
        // An empty list that was given names nobody, and this member misses itself there.
        boolean alone = text.isEmpty() && !discovers && !values.isSet("initial-cluster");
        List<Bootstrap.Member> members =
                alone
                        ? List.of(new Bootstrap.Member(name, advertisePeer))
                        : InitialCluster.parse(text);
        boolean toProxy =
                !values.text("discovery").isEmpty()
                        && (!values.isSet("discovery-fallback")
                                || values.text("discovery-fallback").equals("proxy"));
        return new Bootstrap(
                members,
                values.text("initial-cluster-token"),
                values.text("initial-cluster-state").equals("existing")
                        ? Bootstrap.State.EXISTING
                        : Bootstrap.State.NEW,
                discovery(values),
                values.text("discovery"),
                values.text("discovery-proxy"),
                toProxy,
                values.text("discovery-srv"),
                values.text("discovery-srv-name"),
                values.bool("force-new-cluster"));
    }

    private static Discovery discovery(FlagValues values) {
        String user = values.text("discovery-user");
        int colon = user.indexOf(':');
        boolean together = colon >= 0 && values.text("discovery-password").isEmpty();
        return new Discovery(
                values.text("discovery-token"),
                values.list("discovery-endpoints"),
                values.duration("discovery-dial-timeout"),
                values.duration("discovery-request-timeout"),
                values.duration("discovery-keepalive-time"),
                values.duration("discovery-keepalive-timeout"),
                values.bool("discovery-insecure-transport"),
                values.bool("discovery-insecure-skip-tls-verify"),
                values.text("discovery-cert"),
                values.text("discovery-key"),
                values.text("discovery-cacert"),
                together ? user.substring(0, colon) : user,
                together ? user.substring(colon + 1) : values.text("discovery-password"));
    }

    private static RaftSettings raft(FlagValues values) {
        return new RaftSettings(
                values.smallNumber("heartbeat-interval"),
                values.smallNumber("election-timeout"),
                values.bool("initial-election-tick-advance"),
                values.bool("pre-vote"),
                values.bool("strict-reconfig-check"),
                values.number("snapshot-count"),
                values.number("snapshot-catchup-entries"),
                values.smallNumber("max-snapshots"),
                values.smallNumber("max-wals"),
                atLeast(values.duration("raft-read-timeout"), LEAST_PEER_TIMEOUT),
                atLeast(values.duration("raft-write-timeout"), LEAST_PEER_TIMEOUT));
    }

    private static Duration atLeast(Duration value, Duration least) {
        return value.compareTo(least) < 0 ? least : value;
    }

    private static StorageSettings storage(FlagValues values) {
        StorageSettings defaults = StorageSettings.defaults();
        String freelist =
                firstSet(
                        values,
                        "backend-bbolt-freelist-type",
                        "experimental-backend-bbolt-freelist-type");
        return new StorageSettings(
                orDefault(values.number("quota-backend-bytes"), defaults.quotaBytes()),
                orDefault(values.duration("backend-batch-interval"), defaults.batchInterval()),
                (int) orDefault(values.smallNumber("backend-batch-limit"), defaults.batchLimit()),
                values.text(freelist).isEmpty() ? defaults.freelistType() : values.text(freelist),
                values.bool("memory-mlock"),
                values.bool("unsafe-no-fsync"),
                values.number("bootstrap-defrag-threshold-megabytes"));
    }

    private static Limits limits(FlagValues values) {
        return new Limits(
                values.smallNumber("max-txn-ops"),
                values.smallNumber("max-request-bytes"),
                values.number("max-concurrent-streams"),
                values.smallNumber("max-learners"));
    }

    private static Compaction compaction(FlagValues values) throws InvalidConfigException {
        Compaction defaults = Compaction.defaults();
        Compaction.Mode mode =
                Compaction.Mode.valueOf(
                        values.text("auto-compaction-mode").toUpperCase(Locale.ROOT));
        String limit =
                firstSet(values, "compaction-batch-limit", "experimental-compaction-batch-limit");
        Duration retention = Retention.parse(mode, values.text("auto-compaction-retention"));
        return new Compaction(
                mode,
                mode == Compaction.Mode.PERIODIC ? retention : Duration.ZERO,
                mode == Compaction.Mode.REVISION ? retention.toNanos() : 0,
                (int) orDefault(values.smallNumber(limit), defaults.batchLimit()),
                orDefault(values.duration("compaction-sleep-interval"), defaults.sleepInterval()));
    }

    private static Checks checks(FlagValues values) {
        String progress =
                firstSet(
                        values,
                        "watch-progress-notify-interval",
                        "experimental-watch-progress-notify-interval");
        String apply =
                firstSet(values, "warning-apply-duration", "experimental-warning-apply-duration");
        String corrupt = firstSet(values, "corrupt-check-time", "experimental-corrupt-check-time");
        return new Checks(
                values.duration(corrupt),
                values.duration("compact-hash-check-time"),
                values.duration("downgrade-check-time"),
                values.duration(apply),
                orDefault(
                        values.duration("warning-unary-request-duration"),
                        Checks.defaults().warningUnaryRequest()),
                orDefault(
                        values.duration(progress),
                        Checks.defaults().watchProgressNotifyInterval()));
    }

    private static AuthSettings auth(FlagValues values) {
        return new AuthSettings(
                values.text("auth-token"),
                bcryptCost(values.smallNumber("bcrypt-cost")),
                values.smallNumber("auth-token-ttl"));
    }

    private static int bcryptCost(int given) {
        if (given >= AuthSettings.MIN_BCRYPT_COST && given <= AuthSettings.MAX_BCRYPT_COST) {
            return given;
        }
        int instead = AuthSettings.defaults().bcryptCost();
        log.warn(
                "use default bcrypt cost instead of the invalid given cost",
                "min-cost",
                AuthSettings.MIN_BCRYPT_COST,
                "max-cost",
                AuthSettings.MAX_BCRYPT_COST,
                "default-cost",
                instead,
                "given-cost",
                given);
        return instead;
    }

    private static Tls clientTls(FlagValues values) {
        return new Tls(
                values.text("cert-file"),
                values.text("key-file"),
                values.text("client-cert-file"),
                values.text("client-key-file"),
                values.bool("client-cert-auth"),
                values.text("trusted-ca-file"),
                values.text("client-crl-file"),
                values.bool("auto-tls"),
                List.of(),
                values.list("client-cert-allowed-hostname"),
                false,
                values.list("cipher-suites"),
                tlsVersion(values.text("tls-min-version")),
                tlsVersion(values.text("tls-max-version")),
                values.smallNumber("self-signed-cert-validity"));
    }

    private static Tls peerTls(FlagValues values) {
        String skip =
                firstSet(
                        values,
                        "peer-skip-client-san-verification",
                        "experimental-peer-skip-client-san-verification");
        return new Tls(
                values.text("peer-cert-file"),
                values.text("peer-key-file"),
                values.text("peer-client-cert-file"),
                values.text("peer-client-key-file"),
                values.bool("peer-client-cert-auth"),
                values.text("peer-trusted-ca-file"),
                values.text("peer-crl-file"),
                values.bool("peer-auto-tls"),
                values.list("peer-cert-allowed-cn"),
                values.list("peer-cert-allowed-hostname"),
                values.bool(skip),
                values.list("cipher-suites"),
                tlsVersion(values.text("tls-min-version")),
                tlsVersion(values.text("tls-max-version")),
                values.smallNumber("self-signed-cert-validity"));
    }

    /** Java's name of a version that etcd calls {@code TLS1.2}. */
    private static String tlsVersion(String name) {
        return name.isEmpty() ? "" : "TLSv" + name.substring("TLS".length());
    }

    private static HttpSettings http(FlagValues values) {
        return new HttpSettings(
                values.text("cors").isEmpty() ? List.of("*") : values.list("cors"),
                values.text("host-whitelist").isEmpty()
                        ? List.of("*")
                        : values.list("host-whitelist"),
                values.bool("enable-grpc-gateway"),
                values.bool("enable-v2"),
                values.bool("enable-pprof"),
                values.text("metrics").equals("extensive"),
                values.duration("grpc-keepalive-min-time"),
                values.duration("grpc-keepalive-interval"),
                values.duration("grpc-keepalive-timeout"),
                values.bool("socket-reuse-port"),
                values.bool("socket-reuse-address"));
    }

    private static Tracing tracing(FlagValues values) {
        return new Tracing(
                values.bool("enable-distributed-tracing"),
                values.text("distributed-tracing-address"),
                values.text("distributed-tracing-service-name"),
                values.text("distributed-tracing-instance-id"),
                values.smallNumber("distributed-tracing-sampling-rate"));
    }

    /**
     * How to log. Asked for before anything else is checked.
     *
     * @throws InvalidConfigException in etcd's words
     */
    static LogSettings log(FlagValues values) throws InvalidConfigException {
        LogSettings.Rotation rotation =
                values.bool("enable-log-rotation")
                        ? RotationJson.parse(values.text("log-rotation-config-json"))
                        : LogSettings.defaults().rotation();
        return new LogSettings(
                values.bool("debug")
                        ? Level.DEBUG
                        : Level.parse(values.text("log-level")).orElse(Level.INFO),
                values.list(firstSet(values, "log-outputs", "log-output")),
                LineFormat.parse(values.text("log-format")).orElse(LineFormat.JSON),
                values.bool("enable-log-rotation"),
                rotation);
    }

    static FeatureGates features(FlagValues values) {
        FeatureGates gates = FeatureGateFlag.parse(values.text("feature-gates"));
        gates =
                alsoBy(
                        values,
                        "experimental-initial-corrupt-check",
                        gates,
                        Feature.INITIAL_CORRUPT_CHECK);
        gates =
                alsoBy(
                        values,
                        "experimental-enable-lease-checkpoint",
                        gates,
                        Feature.LEASE_CHECKPOINT);
        return alsoBy(
                values,
                "experimental-enable-lease-checkpoint-persist",
                gates,
                Feature.LEASE_CHECKPOINT_PERSIST);
    }

    /** What a feature's earlier flag says, if it is given. */
    private static FeatureGates alsoBy(
            FlagValues values, String earlier, FeatureGates gates, Feature feature) {
        return values.isSet(earlier) ? gates.with(feature, values.bool(earlier)) : gates;
    }

    private static ProxyOptions proxy(FlagValues values) {
        return new ProxyOptions(
                ProxyOptions.Mode.valueOf(values.text("proxy").toUpperCase(Locale.ROOT)),
                Duration.ofMillis(values.smallNumber("proxy-failure-wait")),
                Duration.ofMillis(values.smallNumber("proxy-refresh-interval")),
                Duration.ofMillis(values.smallNumber("proxy-dial-timeout")),
                Duration.ofMillis(values.smallNumber("proxy-write-timeout")),
                Duration.ofMillis(values.smallNumber("proxy-read-timeout")));
    }

    /** The flag that decides: the later name unless only the earlier one is given. */
    private static String firstSet(FlagValues values, String name, String earlier) {
        return !values.isSet(name) && values.isSet(earlier) ? earlier : name;
    }

    private static long orDefault(long value, long whenZero) {
        return value == 0 ? whenZero : value;
    }

    private static Duration orDefault(Duration value, Duration whenZero) {
        return value.isZero() ? whenZero : value;
    }
}
