package dev.quorate.tools.etcd;

import dev.quorate.log.Level;
import dev.quorate.log.LineFormat;
import dev.quorate.log.Log;
import dev.quorate.server.config.Feature;
import dev.quorate.server.config.FeatureGates;
import dev.quorate.server.config.Url;
import dev.quorate.tools.flag.FlagValues;
import java.util.List;

/** Checks of one value against another, in etcd's order and with etcd's sentences: the first that fails is reported. */
final class OptionChecks {
    static final String ADVERTISE_CLIENT_MISSING =
            "--advertise-client-urls is required when --listen-client-urls is set explicitly";

    private static final Log log = Log.of(OptionChecks.class);
    private static final long ELECTION_MILLIS_MAX = 50_000;
    private static final int SAMPLING_RATE_MAX = 1_000_000;

    private final FlagValues values;

    private OptionChecks(FlagValues values) {
        this.values = values;
    }

    /** A level that etcd's logger does not know: it panics, before anything can be logged as it should. */
    static final class UnknownLevelException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnknownLevelException(String level) {
            super("unrecognized level: \"" + level + "\"");
        }
    }

    /**
     * What has to be right before a log can be opened.
     *
     * @throws InvalidConfigException in etcd's words
     */
    static void checkLogging(FlagValues values) throws InvalidConfigException {
        String logger = values.text("logger");
        switch (logger) {
            case "zap" -> {}
            case "capnslog" ->
                    throw new InvalidConfigException("--logger=capnslog is removed in v3.5");
            default -> throw new InvalidConfigException("unknown logger option \"" + logger + "\"");
        }
        List<String> outputs = EtcdOptions.log(values).outputs();
        if (outputs.isEmpty()) {
            throw new InvalidConfigException("empty LogOutputs");
        }
        if (outputs.size() > 1 && outputs.contains("default")) {
            throw new InvalidConfigException(
                    "multi logoutput for \"default\" is not supported yet");
        }
        if (values.bool("enable-log-rotation") && fileTargets(outputs) != 1) {
            throw new InvalidConfigException(
                    "--log-outputs requires a single file path when --log-rotate-config-json is defined");
        }
        if (LineFormat.parse(values.text("log-format")).isEmpty()) {
            throw new InvalidConfigException(
                    "unknown log format: "
                            + values.text("log-format")
                            + ", supported values json, console");
        }
        if (Level.parse(values.text("log-level")).isEmpty()) {
            throw new UnknownLevelException(values.text("log-level"));
        }
    }

    private static long fileTargets(List<String> outputs) {
        return outputs.stream()
                .filter(name ->
                        !List.of("default", "stderr", "stdout", "systemd/journal").contains(name))
                .count();
    }

    /** Whether the first members are to be found instead of being listed. */
    static boolean isDiscovering(FlagValues values) {
        return !values.text("discovery").isEmpty()
                || !values.text("discovery-srv").isEmpty()
                || !values.text("discovery-srv-name").isEmpty()
                || !values.text("discovery-endpoints").isEmpty();
    }

    /**
     * All other checks. Warns of what works but should not be.
     *
     * @throws InvalidConfigException in etcd's words
     */
    static void check(FlagValues values) throws InvalidConfigException {
        OptionChecks checks = new OptionChecks(values);
        checks.fallback();
        checks.addresses();
        checks.bootstrap();
        checks.ticks();
        checks.advertise();
        checks.compaction();
        checks.tracing();
        checks.features();
        checks.name();
        checks.tlsVersions();
    }

    private void fallback() throws InvalidConfigException {
        if (values.text("discovery-fallback").equals("proxy")
                && values.text("discovery").isEmpty()) {
            throw new InvalidConfigException(
                    "v2 proxy is deprecated, and --discovery-fallback can't be configured as \"proxy\"");
        }
    }

    private void addresses() throws InvalidConfigException {
        checkBinding("listen-peer-urls");
        checkBinding("listen-client-urls");
        checkBinding("listen-client-http-urls");
        if (values.text("listen-client-http-urls").isEmpty()) {
            log.warn(
                    "Running http and grpc server on single port. This is not recommended for production.");
        }
        checkBinding("listen-metrics-urls");
        checkHosts("initial-advertise-peer-urls", "must be \"host:port\"");
        checkHosts(
                "advertise-client-urls",
                "must be in the format \"host:port\", \"unix:/path/to/socket\" or \"unixs:/path/to/socket\"");
    }

    private void checkBinding(String flag) throws InvalidConfigException {
        for (String text : values.list(flag)) {
            Url url = Url.parse(text);
            if (!url.isUnix()
                    && !url.host().equals("localhost")
                    && !IpAddress.isLiteral(url.host())) {
                throw new InvalidConfigException("expected IP in URL for binding (" + url + ")");
            }
        }
    }

    private void checkHosts(String flag, String form) throws InvalidConfigException {
        for (String text : values.list(flag)) {
            Url url = Url.parse(text);
            if (url.host().isEmpty()) {
                throw new InvalidConfigException(
                        "--"
                                + flag
                                + " \""
                                + values.text(flag)
                                + "\" "
                                + form
                                + " (unexpected empty host ("
                                + url
                                + "))");
            }
        }
    }

    private void bootstrap() throws InvalidConfigException {
        String state = values.text("initial-cluster-state");
        if (!state.equals("new") && !state.equals("existing")) {
            throw new InvalidConfigException("unexpected clusterState \"" + state + "\"");
        }
        int ways = 0;
        for (String flag :
                List.of("initial-cluster", "discovery-srv", "discovery-endpoints", "discovery")) {
            ways += values.text(flag).isEmpty() ? 0 : 1;
        }
        if (ways > 1) {
            throw new InvalidConfigException(
                    "multiple discovery or bootstrap flags are set. Choose one of \"initial-cluster\", \""
                            + (values.text("discovery").isEmpty()
                                    ? "discovery-endpoints"
                                    : "discovery")
                            + "\" or \"discovery-srv\"");
        }
        List<String> endpoints = values.list("discovery-endpoints");
        if (values.text("discovery-token").isEmpty() != endpoints.isEmpty()) {
            throw new InvalidConfigException(
                    "both --discovery-token and --discovery-endpoints must be set");
        }
        if (endpoints.stream().anyMatch(String::isBlank)) {
            throw new InvalidConfigException(
                    "--discovery-endpoints must not contain empty endpoints");
        }
    }

    private void ticks() throws InvalidConfigException {
        long heartbeat = values.number("heartbeat-interval");
        long election = values.number("election-timeout");
        if (heartbeat == 0) {
            throw new InvalidConfigException("--heartbeat-interval must be >0 (set to 0ms)");
        }
        if (election == 0) {
            throw new InvalidConfigException("--election-timeout must be >0 (set to 0ms)");
        }
        if (heartbeat > election / 5) {
            throw new InvalidConfigException(
                    "--election-timeout["
                            + election
                            + "ms] should be at least as 5 times as --heartbeat-interval["
                            + heartbeat
                            + "ms]");
        }
        if (election > ELECTION_MILLIS_MAX) {
            throw new InvalidConfigException(
                    "--election-timeout["
                            + election
                            + "ms] is too long, and should be set less than "
                            + ELECTION_MILLIS_MAX
                            + "ms");
        }
    }

    private void advertise() throws InvalidConfigException {
        boolean proxies = !values.text("proxy").equals("off");
        boolean missing =
                values.isSet("listen-client-urls") && !values.isSet("advertise-client-urls");
        if (missing && !proxies && !values.text("listen-client-urls").isEmpty()) {
            throw new InvalidConfigException(ADVERTISE_CLIENT_MISSING);
        }
    }

    private void compaction() throws InvalidConfigException {
        String mode = values.text("auto-compaction-mode");
        switch (mode) {
            case "periodic", "revision" -> {}
            case "" -> throw new InvalidConfigException("undefined auto-compaction-mode");
            default ->
                    throw new InvalidConfigException(
                            "unknown auto-compaction-mode \"" + mode + "\"");
        }
    }

    private void tracing() throws InvalidConfigException {
        if (!values.bool("enable-distributed-tracing")) {
            return;
        }
        long rate = values.number("distributed-tracing-sampling-rate");
        if (rate < 0) {
            throw new InvalidConfigException(
                    "distributed tracing configurition is not valid: (tracing sampling rate must be positive)");
        }
        if (rate > SAMPLING_RATE_MAX) {
            throw new InvalidConfigException(
                    "distributed tracing configurition is not valid: (tracing sampling rate must be less than "
                            + SAMPLING_RATE_MAX
                            + ")");
        }
    }

    private void features() throws InvalidConfigException {
        FeatureGates gates = EtcdOptions.features(values);
        boolean checkpoint = gates.isEnabled(Feature.LEASE_CHECKPOINT);
        boolean persist = gates.isEnabled(Feature.LEASE_CHECKPOINT_PERSIST);
        if (checkpoint && !persist) {
            log.warn(
                    "Detected that checkpointing is enabled without persistence. Consider enabling feature gate LeaseCheckpointPersist");
        }
        if (persist && !checkpoint) {
            throw new InvalidConfigException(
                    "enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint");
        }
        if (!values.duration("compact-hash-check-time").isPositive()) {
            throw new InvalidConfigException(
                    "--compact-hash-check-time must be >0 (set to "
                            + values.text("compact-hash-check-time")
                            + ")");
        }
    }

    private void name() {
        if (values.text("name").equals("default")) {
            log.warn(
                    "it isn't recommended to use default name, please set a value for --name. "
                            + "Note that etcd might run into issue when multiple members have the same default name",
                    "name",
                    "default");
        }
    }

    private void tlsVersions() throws InvalidConfigException {
        String min = values.text("tls-min-version");
        String max = values.text("tls-max-version");
        for (String version : List.of(min, max)) {
            if (!List.of("", "TLS1.2", "TLS1.3").contains(version)) {
                throw new InvalidConfigException(
                        "unexpected TLS version \""
                                + version
                                + "\" (must be one of: TLS1.2, TLS1.3)");
            }
        }
        if (!max.isEmpty() && min.compareTo(max) > 0) {
            throw new InvalidConfigException(
                    "min version (" + min + ") is greater than max version (" + max + ")");
        }
        if (min.equals("TLS1.3") && !values.text("cipher-suites").isEmpty()) {
            throw new InvalidConfigException(
                    "cipher suites cannot be configured when only TLS1.3 is enabled");
        }
    }
}
