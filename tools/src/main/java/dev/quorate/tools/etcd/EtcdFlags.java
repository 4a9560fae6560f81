package dev.quorate.tools.etcd;

import dev.quorate.tools.flag.Flag;
import dev.quorate.tools.flag.FlagSet;
import dev.quorate.tools.flag.FlagType;
import dev.quorate.tools.flag.FlagTypes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The flags of the server: those of etcd 3.7.1 with the sections and sentences of its help, which operators' documents quote;
 * those of 3.4 that the v2 features need; and those that are accepted for old scripts. {@link #help()} prints this table.
 */
final class EtcdFlags {
    private static final FlagType V2_DEPRECATION =
            new FlagType.Choices(
                    List.of("write-only", "write-only-skip-check", "write-only-drop-data", "gone"));

    /** The sections of the help, in its order. */
    private static final List<Section> SECTIONS =
            List.of(
                    new Section("Member", member()),
                    new Section("Clustering", clustering()),
                    new Section("Security", security()),
                    new Section("Auth", auth()),
                    new Section("Profiling and Monitoring", monitoring()),
                    new Section("Logging", logging()),
                    new Section("Distributed tracing", tracing()),
                    new Section("Features", features()),
                    new Section("Unsafe feature", unsafe()));

    /** Every flag. */
    static final FlagSet ALL = new FlagSet(table());

    private EtcdFlags() {}

    private record Section(String title, List<Flag> flags) {}

    /** The text of {@code etcd --help}. */
    static String help() {
        StringBuilder out = new StringBuilder();
        for (Section section : SECTIONS) {
            out.append('\n').append(section.title()).append(":\n");
            for (Flag flag : section.flags()) {
                out.append("  --").append(flag.name()).append(flag.shown()).append('\n');
                for (String line : flag.help()) {
                    out.append("    ").append(line).append('\n');
                }
            }
        }
        return out.append('\n')
                .append(
                        "CAUTIOUS with unsafe flag! It may break the guarantees given by the consensus protocol!\n\n")
                .toString();
    }

    private static List<Flag> table() {
        List<Flag> all = new ArrayList<>();
        SECTIONS.forEach(section -> all.addAll(section.flags()));
        all.addAll(unlisted());
        all.addAll(versionTwo());
        all.addAll(experimental());
        for (String name :
                List.of(
                        "cluster-active-size",
                        "cluster-remove-delay",
                        "cluster-sync-interval",
                        "config",
                        "force",
                        "max-result-buffer",
                        "max-retry-attempts",
                        "peer-heartbeat-interval",
                        "peer-election-timeout",
                        "retry-interval",
                        "snapshot",
                        "v",
                        "vv",
                        "test.coverprofile",
                        "test.outputdir")) {
            all.add(hidden(name, FlagTypes.IGNORED, "false"));
        }
        return all;
    }

    private static List<Flag> unlisted() {
        return List.of(
                hidden("config-file", FlagTypes.STRING, ""),
                hidden("version", FlagTypes.BOOL, "false"),
                hidden("disable-log-sampling", FlagTypes.BOOL, "false"));
    }

    /** What 3.4 had for its v2 features and its logging. */
    private static List<Flag> versionTwo() {
        return List.of(
                hidden("proxy", new FlagType.Choice(List.of("off", "readonly", "on")), "off"),
                hidden("proxy-failure-wait", FlagTypes.UINT, "5000"),
                hidden("proxy-refresh-interval", FlagTypes.UINT, "30000"),
                hidden("proxy-dial-timeout", FlagTypes.UINT, "1000"),
                hidden("proxy-write-timeout", FlagTypes.UINT, "5000"),
                hidden("proxy-read-timeout", FlagTypes.UINT, "0"),
                hidden("enable-v2", FlagTypes.BOOL, "true"),
                hidden("debug", FlagTypes.BOOL, "false"),
                hidden("log-package-levels", FlagTypes.STRING, ""),
                hidden("log-output", FlagTypes.STRINGS, "default"));
    }

    /** Names that became plain flags or feature gates; {@link EtcdOptions} passes their values on. */
    private static List<Flag> experimental() {
        return List.of(
                hidden("experimental-enable-v2v3", FlagTypes.STRING, ""),
                hidden("experimental-backend-bbolt-freelist-type", FlagTypes.STRING, ""),
                hidden("experimental-compaction-batch-limit", FlagTypes.INT, "0"),
                hidden("experimental-corrupt-check-time", FlagTypes.DURATION, "0s"),
                hidden("experimental-initial-corrupt-check", FlagTypes.BOOL, "false"),
                hidden("experimental-enable-lease-checkpoint", FlagTypes.BOOL, "false"),
                hidden("experimental-enable-lease-checkpoint-persist", FlagTypes.BOOL, "false"),
                hidden("experimental-peer-skip-client-san-verification", FlagTypes.BOOL, "false"),
                hidden("experimental-warning-apply-duration", FlagTypes.DURATION, "0s"),
                hidden("experimental-watch-progress-notify-interval", FlagTypes.DURATION, "0s"));
    }

    private static Flag hidden(String name, FlagType type, String initial) {
        return new Flag(name, type, initial, "", List.of());
    }

    /** A flag whose default is shown in quotes. */
    private static Flag flag(String name, FlagType type, String initial, String... help) {
        return new Flag(name, type, initial, " '" + initial + "'", Arrays.asList(help));
    }

    /** A flag whose help shows something else than its default. */
    private static Flag shown(
            String name, FlagType type, String initial, String shown, String... help) {
        return new Flag(name, type, initial, shown, Arrays.asList(help));
    }

    private static List<Flag> member() {
        return List.of(
                flag("name", FlagTypes.STRING, "default", "Human-readable name for this member."),
                shown(
                        "data-dir",
                        FlagTypes.STRING,
                        "",
                        " '${name}.etcd'",
                        "Path to the data directory."),
                flag("wal-dir", FlagTypes.STRING, "", "Path to the dedicated wal directory."),
                flag(
                        "snapshot-count",
                        FlagTypes.UINT,
                        "10000",
                        "Number of committed transactions to trigger a snapshot."),
                flag(
                        "heartbeat-interval",
                        FlagTypes.UINT,
                        "100",
                        "Time (in milliseconds) of a heartbeat interval."),
                flag(
                        "election-timeout",
                        FlagTypes.UINT,
                        "1000",
                        "Time (in milliseconds) for an election to timeout. See tuning documentation for details."),
                flag(
                        "initial-election-tick-advance",
                        FlagTypes.BOOL,
                        "true",
                        "Whether to fast-forward initial election ticks on boot for faster election."),
                flag(
                        "listen-peer-urls",
                        FlagTypes.URLS,
                        "http://localhost:2380",
                        "List of URLs to listen on for peer traffic."),
                flag(
                        "listen-client-urls",
                        FlagTypes.URLS,
                        "http://localhost:2379",
                        "List of URLs to listen on for client grpc traffic and http as long as --listen-client-http-urls is not specified."),
                flag(
                        "listen-client-http-urls",
                        FlagTypes.URLS,
                        "",
                        "List of URLs to listen on for http only client traffic. Enabling this flag removes http services from --listen-client-urls."),
                flag(
                        "max-snapshots",
                        FlagTypes.UINT,
                        "5",
                        "Maximum number of snapshot files to retain (0 is unlimited). Deprecated in v3.6 and will be decommissioned in v3.8."),
                flag(
                        "max-wals",
                        FlagTypes.UINT,
                        "5",
                        "Maximum number of wal files to retain (0 is unlimited)."),
                shown(
                        "memory-mlock",
                        FlagTypes.BOOL,
                        "false",
                        "",
                        "Enable to enforce etcd pages (in particular bbolt) to stay in RAM."),
                flag(
                        "quota-backend-bytes",
                        FlagTypes.INT,
                        "0",
                        "Sets the maximum size (in bytes) that the etcd backend database may consume. Exceeding this triggers an alarm and puts etcd in read-only mode. Set to 0 to use the default 2GiB limit."),
                shown(
                        "backend-bbolt-freelist-type",
                        FlagTypes.STRING,
                        "",
                        " 'map'",
                        "BackendFreelistType specifies the type of freelist that boltdb backend uses(array and map are supported types)."),
                shown(
                        "backend-batch-interval",
                        FlagTypes.DURATION,
                        "0s",
                        " ''",
                        "BackendBatchInterval is the maximum time before commit the backend transaction."),
                flag(
                        "backend-batch-limit",
                        FlagTypes.INT,
                        "0",
                        "BackendBatchLimit is the maximum operations before commit the backend transaction."),
                flag(
                        "max-txn-ops",
                        FlagTypes.UINT,
                        "128",
                        "Maximum number of operations permitted in a transaction."),
                flag(
                        "max-request-bytes",
                        FlagTypes.UINT,
                        "1572864",
                        "Maximum client request size in bytes the server will accept."),
                shown(
                        "max-concurrent-streams",
                        FlagTypes.UINT32,
                        "4294967295",
                        " 'math.MaxUint32'",
                        "Maximum concurrent streams that each client can open at a time."),
                flag(
                        "grpc-keepalive-min-time",
                        FlagTypes.DURATION,
                        "5s",
                        "Minimum duration interval that a client should wait before pinging server."),
                shown(
                        "grpc-keepalive-interval",
                        FlagTypes.DURATION,
                        "2h0m0s",
                        " '2h'",
                        "Frequency duration of server-to-client ping to check if a connection is alive (0 to disable)."),
                flag(
                        "grpc-keepalive-timeout",
                        FlagTypes.DURATION,
                        "20s",
                        "Additional duration of wait before closing a non-responsive connection (0 to disable)."),
                flag(
                        "socket-reuse-port",
                        FlagTypes.BOOL,
                        "false",
                        "Enable to set socket option SO_REUSEPORT on listeners allowing rebinding of a port already in use."),
                flag(
                        "socket-reuse-address",
                        FlagTypes.BOOL,
                        "false",
                        "Enable to set socket option SO_REUSEADDR on listeners allowing binding to an address in TIME_WAIT state."),
                shown("enable-grpc-gateway", FlagTypes.BOOL, "true", "", "Enable GRPC gateway."),
                flag(
                        "raft-read-timeout",
                        FlagTypes.DURATION,
                        "5s",
                        "Read timeout set on each rafthttp connection"),
                flag(
                        "raft-write-timeout",
                        FlagTypes.DURATION,
                        "5s",
                        "Write timeout set on each rafthttp connection"),
                shown("feature-gates", FeatureGateFlag.TYPE, "", " ''", FeatureGateFlag.help()));
    }

    private static List<Flag> clustering() {
        return List.of(
                flag(
                        "initial-advertise-peer-urls",
                        FlagTypes.URLS,
                        "http://localhost:2380",
                        "List of this member's peer URLs to advertise to the rest of the cluster."),
                shown(
                        "initial-cluster",
                        FlagTypes.STRING,
                        "",
                        " 'default=http://localhost:2380'",
                        "Initial cluster configuration for bootstrapping."),
                flag(
                        "initial-cluster-state",
                        new FlagType.Choice(List.of("new", "existing")),
                        "new",
                        "Initial cluster state ('new' when bootstrapping a new cluster or 'existing' when adding new members to an existing cluster).",
                        "After successful initialization (bootstrapping or adding), flag is ignored on restarts"),
                flag(
                        "initial-cluster-token",
                        FlagTypes.STRING,
                        "etcd-cluster",
                        "Initial cluster token for the etcd cluster during bootstrap.",
                        "Specifying this can protect you from unintended cross-cluster interaction when running multiple clusters."),
                flag(
                        "advertise-client-urls",
                        FlagTypes.URLS,
                        "http://localhost:2379",
                        "List of this member's client URLs to advertise to the public.",
                        "The client URLs advertised should be accessible to machines that talk to etcd cluster. etcd client libraries parse these URLs to connect to the cluster."),
                flag(
                        "discovery",
                        FlagTypes.STRING,
                        "",
                        "Discovery URL used to bootstrap the cluster for v2 discovery. Will be deprecated in v3.7, and be decommissioned in v3.8."),
                flag(
                        "discovery-token",
                        FlagTypes.STRING,
                        "",
                        "V3 discovery: discovery token for the etcd cluster to be bootstrapped."),
                flag(
                        "discovery-endpoints",
                        FlagTypes.STRINGS,
                        "",
                        "V3 discovery: List of gRPC endpoints of the discovery service."),
                flag(
                        "discovery-dial-timeout",
                        FlagTypes.DURATION,
                        "2s",
                        "V3 discovery: dial timeout for client connections."),
                flag(
                        "discovery-request-timeout",
                        FlagTypes.DURATION,
                        "5s",
                        "V3 discovery: timeout for discovery requests (excluding dial timeout)."),
                flag(
                        "discovery-keepalive-time",
                        FlagTypes.DURATION,
                        "2s",
                        "V3 discovery: keepalive time for client connections."),
                flag(
                        "discovery-keepalive-timeout",
                        FlagTypes.DURATION,
                        "6s",
                        "V3 discovery: keepalive timeout for client connections."),
                flag(
                        "discovery-insecure-transport",
                        FlagTypes.BOOL,
                        "true",
                        "V3 discovery: disable transport security for client connections."),
                flag(
                        "discovery-insecure-skip-tls-verify",
                        FlagTypes.BOOL,
                        "false",
                        "V3 discovery: skip server certificate verification (CAUTION: this option should be enabled only for testing purposes)."),
                flag(
                        "discovery-cert",
                        FlagTypes.STRING,
                        "",
                        "V3 discovery: identify secure client using this TLS certificate file."),
                flag(
                        "discovery-key",
                        FlagTypes.STRING,
                        "",
                        "V3 discovery: identify secure client using this TLS key file."),
                flag(
                        "discovery-cacert",
                        FlagTypes.STRING,
                        "",
                        "V3 discovery: verify certificates of TLS-enabled secure servers using this CA bundle."),
                flag(
                        "discovery-user",
                        FlagTypes.STRING,
                        "",
                        "V3 discovery: username[:password] for authentication (prompt if password is not supplied)."),
                flag(
                        "discovery-password",
                        FlagTypes.STRING,
                        "",
                        "V3 discovery: password for authentication (if this option is used, --user option shouldn't include password)."),
                flag(
                        "discovery-fallback",
                        new FlagType.Choice(List.of("exit", "proxy")),
                        "exit",
                        "Expected behavior ('exit') when discovery services fails. Note that v2 proxy is removed."),
                flag(
                        "discovery-proxy",
                        FlagTypes.STRING,
                        "",
                        "HTTP proxy to use for traffic to discovery service. Will be deprecated in v3.7, and be decommissioned in v3.8."),
                flag(
                        "discovery-srv",
                        FlagTypes.STRING,
                        "",
                        "DNS srv domain used to bootstrap the cluster."),
                flag(
                        "discovery-srv-name",
                        FlagTypes.STRING,
                        "",
                        "Suffix to the dns srv name queried when bootstrapping."),
                flag(
                        "strict-reconfig-check",
                        FlagTypes.BOOL,
                        "true",
                        "Reject reconfiguration requests that would cause quorum loss."),
                flag(
                        "pre-vote",
                        FlagTypes.BOOL,
                        "true",
                        "Enable the raft Pre-Vote algorithm to prevent disruption when a node that has been partitioned away rejoins the cluster."),
                flag(
                        "auto-compaction-retention",
                        FlagTypes.STRING,
                        "0",
                        "Auto compaction retention length. 0 means disable auto compaction."),
                flag(
                        "auto-compaction-mode",
                        FlagTypes.STRING,
                        "periodic",
                        "Interpret 'auto-compaction-retention' one of: periodic|revision. 'periodic' for duration based retention, defaulting to hours if no time unit is provided (e.g. '5m'). 'revision' for revision number based retention."),
                flag(
                        "v2-deprecation",
                        V2_DEPRECATION,
                        "write-only",
                        "Phase of v2store deprecation. Deprecated and scheduled for removal in v3.8. The default value is enforced, ignoring user input.",
                        "Supported values:",
                        "  'not-yet'                // Issues a warning if v2store have meaningful content (default in v3.5)",
                        "  'write-only'             // Custom v2 state is not allowed (default in v3.6)",
                        "  'write-only-skip-check'  // Custom v2 state is not allowed similar to 'write-only', but bypass the v2 content check.",
                        "  'write-only-drop-data'   // Custom v2 state will get DELETED ! (planned default in v3.7)",
                        "  'gone'                   // v2store is not maintained any longer. (planned to cleanup anything related to v2store in v3.8)"));
    }

    private static List<Flag> security() {
        return List.of(
                flag("cert-file", FlagTypes.STRING, "", "Path to the client server TLS cert file."),
                flag("key-file", FlagTypes.STRING, "", "Path to the client server TLS key file."),
                flag(
                        "client-cert-auth",
                        FlagTypes.BOOL,
                        "false",
                        "Enable client cert authentication."),
                flag(
                        "client-cert-file",
                        FlagTypes.STRING,
                        "",
                        "Path to an explicit peer client TLS cert file otherwise cert file will be used when client auth is required."),
                flag(
                        "client-key-file",
                        FlagTypes.STRING,
                        "",
                        "Path to an explicit peer client TLS key file otherwise key file will be used when client auth is required."),
                flag(
                        "client-crl-file",
                        FlagTypes.STRING,
                        "",
                        "Path to the client certificate revocation list file."),
                flag(
                        "client-cert-allowed-hostname",
                        FlagTypes.STRINGS,
                        "",
                        "Comma-separated list of SAN hostnames for client cert authentication."),
                flag(
                        "trusted-ca-file",
                        FlagTypes.STRING,
                        "",
                        "Path to the client server TLS trusted CA cert file."),
                flag(
                        "auto-tls",
                        FlagTypes.BOOL,
                        "false",
                        "Client TLS using generated certificates."),
                flag(
                        "peer-cert-file",
                        FlagTypes.STRING,
                        "",
                        "Path to the peer server TLS cert file."),
                flag(
                        "peer-key-file",
                        FlagTypes.STRING,
                        "",
                        "Path to the peer server TLS key file."),
                flag(
                        "peer-client-cert-auth",
                        FlagTypes.BOOL,
                        "false",
                        "Enable peer client cert authentication."),
                flag(
                        "peer-client-cert-file",
                        FlagTypes.STRING,
                        "",
                        "Path to an explicit peer client TLS cert file otherwise peer cert file will be used when client auth is required."),
                flag(
                        "peer-client-key-file",
                        FlagTypes.STRING,
                        "",
                        "Path to an explicit peer client TLS key file otherwise peer key file will be used when client auth is required."),
                flag(
                        "peer-trusted-ca-file",
                        FlagTypes.STRING,
                        "",
                        "Path to the peer server TLS trusted CA file."),
                flag(
                        "peer-cert-allowed-cn",
                        FlagTypes.STRINGS,
                        "",
                        "Comma-separated list of allowed CNs for inter-peer TLS authentication."),
                flag(
                        "peer-cert-allowed-hostname",
                        FlagTypes.STRINGS,
                        "",
                        "Comma-separated list of allowed SAN hostnames for inter-peer TLS authentication."),
                flag(
                        "peer-auto-tls",
                        FlagTypes.BOOL,
                        "false",
                        "Peer TLS using self-generated certificates if --peer-key-file and --peer-cert-file are not provided."),
                flag(
                        "self-signed-cert-validity",
                        FlagTypes.UINT,
                        "1",
                        "The validity period of the client and peer certificates that are automatically generated by etcd when you specify ClientAutoTLS and PeerAutoTLS, the unit is year, and the default is 1."),
                flag(
                        "peer-crl-file",
                        FlagTypes.STRING,
                        "",
                        "Path to the peer certificate revocation list file."),
                flag(
                        "cipher-suites",
                        FlagTypes.STRINGS,
                        "",
                        "Comma-separated list of supported TLS cipher suites between client/server and peers (empty will be auto-populated by Go)."),
                flag(
                        "cors",
                        FlagTypes.ORIGINS,
                        "*",
                        "Comma-separated whitelist of origins for CORS, or cross-origin resource sharing, (empty or * means allow all)."),
                flag(
                        "host-whitelist",
                        FlagTypes.STRINGS,
                        "*",
                        "Acceptable hostnames from HTTP client requests, if server is not secure (empty or * means allow all)."),
                flag(
                        "tls-min-version",
                        FlagTypes.STRING,
                        "TLS1.2",
                        "Minimum TLS version supported by etcd. Possible values: TLS1.2, TLS1.3."),
                flag(
                        "tls-max-version",
                        FlagTypes.STRING,
                        "",
                        "Maximum TLS version supported by etcd. Possible values: TLS1.2, TLS1.3 (empty will be auto-populated by Go)."));
    }

    private static List<Flag> auth() {
        return List.of(
                flag(
                        "auth-token",
                        FlagTypes.STRING,
                        "simple",
                        "Specify a v3 authentication token type and its options ('simple' or 'jwt')."),
                shown(
                        "bcrypt-cost",
                        FlagTypes.UINT,
                        "10",
                        " 10",
                        "Specify the cost / strength of the bcrypt algorithm for hashing auth passwords. Valid values are between 4 and 31."),
                shown(
                        "auth-token-ttl",
                        FlagTypes.UINT,
                        "300",
                        " 300",
                        "Time (in seconds) of the auth-token-ttl."));
    }

    private static List<Flag> monitoring() {
        return List.of(
                flag(
                        "enable-pprof",
                        FlagTypes.BOOL,
                        "false",
                        "Enable runtime profiling data via HTTP server. Address is at client URL + \"/debug/pprof/\""),
                flag(
                        "metrics",
                        FlagTypes.STRING,
                        "basic",
                        "Set level of detail for exported metrics, specify 'extensive' to include server side grpc histogram metrics."),
                flag(
                        "listen-metrics-urls",
                        FlagTypes.URLS,
                        "",
                        "List of URLs to listen on for the /metrics and /health endpoints. For https, the client URL TLS info is used."));
    }

    private static List<Flag> logging() {
        return List.of(
                flag(
                        "logger",
                        FlagTypes.STRING,
                        "zap",
                        "Currently only supports 'zap' for structured logging."),
                flag(
                        "log-outputs",
                        FlagTypes.STRINGS,
                        "default",
                        "Specify 'stdout' or 'stderr' to skip journald logging even when running under systemd, or list of comma separated output targets."),
                flag(
                        "log-level",
                        FlagTypes.STRING,
                        "info",
                        "Configures log level. Only supports debug, info, warn, error, panic, or fatal."),
                flag(
                        "log-format",
                        FlagTypes.STRING,
                        "json",
                        "Configures log format. Only supports json, console."),
                flag(
                        "enable-log-rotation",
                        FlagTypes.BOOL,
                        "false",
                        "Enable log rotation of a single log-outputs file target."),
                flag(
                        "log-rotation-config-json",
                        FlagTypes.STRING,
                        "{\"maxsize\": 100, \"maxage\": 0, \"maxbackups\": 0, \"localtime\": false, \"compress\": false}",
                        "Configures log rotation if enabled with a JSON logger config. MaxSize(MB), MaxAge(days,0=no limit), MaxBackups(0=no limit), LocalTime(use computers local time), Compress(gzip)\"."),
                flag(
                        "warning-unary-request-duration",
                        FlagTypes.DURATION,
                        "300ms",
                        "Set time duration after which a warning is logged if a unary request takes more than this duration."));
    }

    private static List<Flag> tracing() {
        return List.of(
                flag(
                        "enable-distributed-tracing",
                        FlagTypes.BOOL,
                        "false",
                        "Enable distributed tracing."),
                flag(
                        "distributed-tracing-address",
                        FlagTypes.STRING,
                        "localhost:4317",
                        "Distributed tracing collector address."),
                flag(
                        "distributed-tracing-service-name",
                        FlagTypes.STRING,
                        "etcd",
                        "Distributed tracing service name, must be same across all etcd instances."),
                flag(
                        "distributed-tracing-instance-id",
                        FlagTypes.STRING,
                        "",
                        "Distributed tracing instance ID, must be unique per each etcd instance."),
                flag(
                        "distributed-tracing-sampling-rate",
                        FlagTypes.INT,
                        "0",
                        "Number of samples to collect per million spans for distributed tracing."));
    }

    private static List<Flag> features() {
        return List.of(
                flag(
                        "corrupt-check-time",
                        FlagTypes.DURATION,
                        "0s",
                        "Duration of time between cluster corruption check passes."),
                shown(
                        "compact-hash-check-time",
                        FlagTypes.DURATION,
                        "1m0s",
                        " '1m'",
                        "Duration of time between leader checks followers compaction hashes."),
                shown(
                        "compaction-batch-limit",
                        FlagTypes.INT,
                        "0",
                        " 1000",
                        "CompactionBatchLimit sets the maximum revisions deleted in each compaction batch."),
                flag(
                        "peer-skip-client-san-verification",
                        FlagTypes.BOOL,
                        "false",
                        "Skip verification of SAN field in client certificate for peer connections."),
                shown(
                        "watch-progress-notify-interval",
                        FlagTypes.DURATION,
                        "0s",
                        " '10m'",
                        "Duration of periodical watch progress notification."),
                flag(
                        "warning-apply-duration",
                        FlagTypes.DURATION,
                        "100ms",
                        "Warning is generated if requests take more than this duration."),
                shown(
                        "bootstrap-defrag-threshold-megabytes",
                        FlagTypes.UINT,
                        "0",
                        "",
                        "Enable the defrag during etcd server bootstrap on condition that it will free at least the provided threshold of disk space. Needs to be set to non-zero value to take effect."),
                flag(
                        "max-learners",
                        FlagTypes.INT,
                        "1",
                        "Set the max number of learner members allowed in the cluster membership."),
                shown(
                        "compaction-sleep-interval",
                        FlagTypes.DURATION,
                        "0s",
                        "",
                        "Sets the sleep interval between each compaction batch."),
                shown(
                        "downgrade-check-time",
                        FlagTypes.DURATION,
                        "5s",
                        "",
                        "Duration of time between two downgrade status checks."),
                shown(
                        "snapshot-catchup-entries",
                        FlagTypes.UINT,
                        "5000",
                        "",
                        "Number of entries for a slow follower to catch up after compacting the raft storage entries."));
    }

    private static List<Flag> unsafe() {
        return List.of(
                flag(
                        "force-new-cluster",
                        FlagTypes.BOOL,
                        "false",
                        "Force to create a new one-member cluster."),
                flag(
                        "unsafe-no-fsync",
                        FlagTypes.BOOL,
                        "false",
                        "Disables fsync, unsafe, will cause data loss."));
    }
}
