package dev.quorate.tools.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.server.config.ServerConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Output and exit codes against what etcd 3.7.1 answered to the same command lines. */
class EtcdCommandTest {
    private static final String CHECKED_COMPACTIONS =
            "CompactHashCheck=true|false (ALPHA - default=";

    @TempDir Path dir;

    @Test
    void helpIsEtcdsToTheByte() throws Exception {
        Run run = Run.of("--help");

        assertThat(run.code()).isZero();
        assertThat(run.out())
                .startsWith(
                        "\nMember:\n  --name 'default'\n    Human-readable name for this member.\n");
        String etcds =
                run.out().replace(CHECKED_COMPACTIONS + "true", CHECKED_COMPACTIONS + "false");
        assertThat(etcds)
                .as("the one default that differs, see docs/adr/0011")
                .isNotEqualTo(run.out());
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(etcds.getBytes(StandardCharsets.UTF_8));
        assertThat(HexFormat.of().formatHex(digest))
                .isEqualTo("a71c9bbd4b1d297d2ab0dd3edf8123937b2fda9cefd40e4bb76718ab15e6d5d1");
        assertThat(run.err())
                .startsWith("Usage:\n\n  etcd [flags]\n")
                .endsWith("L7 reverse proxy.\n\n")
                .hasSize(796);
        assertThat(Run.of("-h").out()).isEqualTo(run.out());
    }

    @ParameterizedTest
    @CsvSource({"--version", "-version", "--version=true"})
    void versionHasEtcdsFourLinesFirst(String flag) {
        Run run = Run.of(flag);

        assertThat(run.code()).isZero();
        assertThat(run.out().lines())
                .hasSize(5)
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("etcd Version: 3.7.1"),
                        line -> assertThat(line).startsWith("Git SHA: "),
                        line -> assertThat(line).startsWith("Go Version: java25"),
                        line ->
                                assertThat(line)
                                        .matches("Go OS/Arch: (linux|darwin)/(amd64|arm64)"),
                        line -> assertThat(line).matches("Quorate Version: \\d+\\.\\d+\\.\\d+.*"));
        assertThat(run.err()).isEmpty();
        assertThat(run.lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--nope | flag provided but not defined: -nope",
                "-nope=1 | flag provided but not defined: -nope",
                "---name | bad flag syntax: ---name",
                "--=x | bad flag syntax: --=x",
                "--name | flag needs an argument: -name",
                "--force-new-cluster=maybe | invalid boolean value \"maybe\" for -force-new-cluster: parse error",
                "--quota-backend-bytes x | invalid value \"x\" for flag -quota-backend-bytes: parse error",
                "--snapshot-count -1 | invalid value \"-1\" for flag -snapshot-count: parse error",
                "--snapshot-count 99999999999999999999 | invalid value \"99999999999999999999\" for flag -snapshot-count: value out of range",
                "--max-concurrent-streams x | invalid value \"x\" for flag -max-concurrent-streams: strconv.ParseUint: parsing \"x\": invalid syntax",
                "--corrupt-check-time 5 | invalid value \"5\" for flag -corrupt-check-time: parse error",
                "--feature-gates Nope=true | invalid value \"Nope=true\" for flag -feature-gates: unrecognized feature gate: Nope",
                "--initial-cluster-state x | invalid value \"x\" for flag -initial-cluster-state: invalid value",
                "--v2-deprecation not-yet | invalid value \"not-yet\" for flag -v2-deprecation: invalid value \"not-yet\"",
                "--cors nope | invalid value \"nope\" for flag -cors: URL scheme must be http, https, unix, or unixs: nope",
                "--listen-client-urls=foo | invalid value \"foo\" for flag -listen-client-urls: URL scheme must be http, https, unix, or unixs: foo",
                "--listen-client-urls 127.0.0.1:1 | invalid value \"127.0.0.1:1\" for flag -listen-client-urls: parse \"127.0.0.1:1\": first path segment in URL cannot contain colon",
            })
    void unreadableCommandLinesExitWithTwo(String arguments, String message) {
        Run run = Run.of(arguments.split(" "));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo(message + "\n" + Usage.TEXT);
        assertThat(run.out()).isEmpty();
        assertThat(run.lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "foo | \\\"foo\\\" is not a valid flag",
                "--version foo | \\\"foo\\\" is not a valid flag",
                "--force-new-cluster true | \\\"true\\\" is not a valid flag",
                "--auto-compaction-mode x | unknown auto-compaction-mode \\\"x\\\"",
                "--auto-compaction-mode= | undefined auto-compaction-mode",
                "--config-file nope.yml | open nope.yml: no such file or directory",
                "--heartbeat-interval=100 --election-timeout=300 | --election-timeout[300ms] should be at least as 5 times as --heartbeat-interval[100ms]",
                "--heartbeat-interval=0 | --heartbeat-interval must be >0 (set to 0ms)",
                "--election-timeout=0 | --election-timeout must be >0 (set to 0ms)",
                "--election-timeout=60000 | --election-timeout[60000ms] is too long, and should be set less than 50000ms",
                "--logger capnslog | --logger=capnslog is removed in v3.5",
                "--logger nope | unknown logger option \\\"nope\\\"",
                "--log-format nope | unknown log format: nope, supported values json, console",
                "--log-outputs default,stdout | multi logoutput for \\\"default\\\" is not supported yet",
                "--enable-log-rotation | --log-outputs requires a single file path when --log-rotate-config-json is defined",
                "--discovery-fallback proxy | v2 proxy is deprecated, and --discovery-fallback can't be configured as \\\"proxy\\\"",
                "--discovery-token x | both --discovery-token and --discovery-endpoints must be set",
                "--discovery-token x --discovery-endpoints http://127.0.0.1:1 --initial-cluster a=http://127.0.0.1:1 | multiple discovery or bootstrap flags are set. Choose one of \\\"initial-cluster\\\", \\\"discovery-endpoints\\\" or \\\"discovery-srv\\\"",
                "--listen-client-urls http://example.com:1 --advertise-client-urls http://example.com:1 | expected IP in URL for binding (http://example.com:1)",
                "--listen-client-urls http://127.0.0.1:23079 | --advertise-client-urls is required when --listen-client-urls is set explicitly",
                "--feature-gates LeaseCheckpointPersist=true | enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint",
                "--compact-hash-check-time 0s | --compact-hash-check-time must be >0 (set to 0s)",
                "--tls-min-version TLS1.3 --tls-max-version TLS1.2 | min version (TLS1.3) is greater than max version (TLS1.2)",
                "gateway start | etcd gateway is not part of this version",
                "grpc-proxy start | etcd grpc-proxy is not part of this version",
                "--tls-min-version TLS1.0 | unexpected TLS version \\\"TLS1.0\\\" (must be one of: TLS1.2, TLS1.3)",
                "--tls-min-version TLS1.3 --cipher-suites TLS_AES_128_GCM_SHA256 | cipher suites cannot be configured when only TLS1.3 is enabled",
                "--enable-distributed-tracing --distributed-tracing-sampling-rate -1 | distributed tracing configurition is not valid: (tracing sampling rate must be positive)",
            })
    void invalidConfigurationsExitWithOne(String arguments, String message) {
        Run run = Run.of(arguments.split(" "));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEmpty();
        assertThat(run.log())
                .contains("\"level\":\"warn\"")
                .contains("\"msg\":\"failed to verify flags\",\"error\":\"" + message + "\"}")
                .contains("\"msg\":\"Running: \",\"args\":[\"etcd\",");
        assertThat(run.started()).isNull();
    }

    @Test
    void aMissingAdvertiseUrlIsExplained() {
        assertThat(Run.of("--listen-client-urls", "http://127.0.0.1:23079").log())
                .contains(
                        "\"msg\":\"advertise client URLs are not set\",\"error\":\"--advertise-client-urls is required");
    }

    @Test
    void anUnknownLevelPanics() {
        Run run = Run.of("--log-level", "nope");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.log())
                .contains("\"level\":\"panic\"")
                .contains("unrecognized level: \\\"nope\\\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--initial-cluster x=http://127.0.0.1:1 | couldn't find local name \\\"default\\\" in the initial cluster configuration",
                "--initial-cluster default=nope | error setting up initial cluster: URL scheme must be http, https, unix, or unixs: nope",
                "--initial-cluster default= | `error setting up initial cluster: URL scheme must be http, https, unix, or unixs: `",
                "--initial-cluster default | `error setting up initial cluster: URL scheme must be http, https, unix, or unixs: `",
                "--initial-cluster , | couldn't find local name \\\"default\\\" in the initial cluster configuration",
                "--initial-cluster= | couldn't find local name \\\"default\\\" in the initial cluster configuration",
                "--initial-cluster default=http://127.0.0.1 | error setting up initial cluster: URL address does not have the form \\\"host:port\\\": http://127.0.0.1",
                "--initial-cluster default=http://127.0.0.1:1/x | error setting up initial cluster: URL must not contain a path: http://127.0.0.1:1/x",
                "--name a --initial-advertise-peer-urls http://127.0.0.1:1 --initial-cluster a=http://127.0.0.1:1,b=http://127.0.0.1:2,c=http://127.0.0.1:2 | initial cluster a=http://127.0.0.1:1,b=http://127.0.0.1:2,c=http://127.0.0.1:2 has duplicate url",
                "--name a --initial-advertise-peer-urls http://127.0.0.1:1 --initial-cluster a=http://127.0.0.1:1,a=http://127.0.0.1:2 | --initial-cluster has a=http://127.0.0.1:2 but missing from --initial-advertise-peer-urls=http://127.0.0.1:1 (len([\\\"http://127.0.0.1:1\\\"]) != len([\\\"http://127.0.0.1:1\\\" \\\"http://127.0.0.1:2\\\"]))",
                "--name a --initial-advertise-peer-urls http://127.0.0.1:1,http://127.0.0.1:2 --initial-cluster a=http://127.0.0.1:1 | --initial-advertise-peer-urls has http://127.0.0.1:2 but missing from --initial-cluster=a=http://127.0.0.1:1,a=http://127.0.0.1:2",
                "--name a --initial-advertise-peer-urls http://127.0.0.1:8,http://127.0.0.1:9 --initial-cluster a=http://127.0.0.1:1,a=http://127.0.0.1:2 | --initial-cluster has a=http://127.0.0.1:1,a=http://127.0.0.1:2 but missing from --initial-advertise-peer-urls=http://127.0.0.1:8,http://127.0.0.1:9 (resolved urls: \\\"http://127.0.0.1:8\\\" != \\\"http://127.0.0.1:1\\\")",
                "--initial-cluster-state existing --name a --initial-cluster a=http://127.0.0.1:1,b=http://127.0.0.1:1 | initial cluster a=http://127.0.0.1:1,b=http://127.0.0.1:1 has duplicate url",
                "--initial-cluster-state existing --name a --initial-cluster b=http://127.0.0.1:1 | couldn't find local name \\\"a\\\" in the initial cluster configuration",
                "--name a --initial-advertise-peer-urls http://127.0.0.1:2 --initial-cluster a=http://127.0.0.1:3 | --initial-cluster has a=http://127.0.0.1:3 but missing from --initial-advertise-peer-urls=http://127.0.0.1:2 (resolved urls: \\\"http://127.0.0.1:2\\\" != \\\"http://127.0.0.1:3\\\")",
                "--listen-client-urls https://127.0.0.1:1 --advertise-client-urls https://127.0.0.1:1 | TLS key/cert (--cert-file, --key-file) must be provided for client url https://127.0.0.1:1 with HTTPS scheme",
                "--listen-peer-urls https://127.0.0.1:1 | cannot listen on TLS for 127.0.0.1:1: KeyFile and CertFile are not presented",
                "--listen-metrics-urls https://127.0.0.1:1 | client TLS key/cert (--cert-file, --key-file) must be provided for metrics secure url",
                "--auto-compaction-retention abc | error parsing CompactionRetention: time: invalid duration \\\"abc\\\"",
            })
    void startsThatFailEndWithOneFatalLine(String arguments, String message) {
        Run run = Run.of((arguments + " --data-dir " + dir.resolve("d")).split(" "));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.lines().getLast())
                .startsWith("{\"level\":\"fatal\"")
                .contains("\"msg\":\"discovery failed\",\"error\":\"" + message + "\"");
        assertThat(run.started()).isNull();
    }

    @Test
    void aMemberWithWalIgnoresInitialFlags() throws IOException {
        Files.createDirectories(dir.resolve("member/wal"));

        Run run = Run.of("--data-dir", dir.toString(), "--initial-cluster", "x=http://127.0.0.1:1");

        assertThat(run.code()).isZero();
        assertThat(run.log())
                .contains("\"dir-type\":\"member\"")
                .contains("\"member-initialized\":true");
    }

    @Test
    void aFileIsNoDataDirectory() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));

        Run run = Run.of("--data-dir", file.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.lines().getLast())
                .startsWith("{\"level\":\"fatal\"")
                .contains("\"msg\":\"failed to list data directory\"")
                .contains("\"error\":\"readdirent " + file + ": not a directory\"");
        assertThat(Run.of("--data-dir", file + "/below").lines().getLast())
                .contains("\"msg\":\"failed to list data directory\"")
                .contains("\"error\":\"open " + file + "/below: not a directory\"");
        Files.createDirectories(dir.resolve("both/member"));
        Files.createDirectories(dir.resolve("both/proxy"));
        assertThat(Run.of("--data-dir", dir.resolve("both").toString()).log())
                .contains("invalid datadir; both member and proxy directories exist");
    }

    @Test
    void theStartLineShowsEverySetting() {
        Run run =
                Run.of(
                        "--data-dir",
                        dir.resolve("d").toString(),
                        "--snapshot-catchup-entries=1000");

        assertThat(run.log())
                .contains("\"msg\":\"starting an etcd server\",\"etcd-version\":\"3.7.1\"")
                .contains("\"snapshot-catchup-entries\":1000")
                .contains("\"heartbeat-interval\":\"100ms\",\"election-timeout\":\"1s\"")
                .contains("\"initial-cluster\":\"default=http://localhost:2380\"")
                .contains(
                        "\"max-concurrent-streams\":4294967295,\"pre-vote\":true,\"feature-gates\":\"\"")
                .contains("\"compact-check-time-interval\":\"1m0s\"")
                .endsWith("\"max-learners\":1,\"v2-deprecation\":\"write-only\"}\n");
    }

    @Test
    void environmentSetsFlagsAndWarnsOfStrangers() {
        Run run =
                Run.of(
                        Map.of(
                                "ETCD_NAME",
                                "e",
                                "ETCD_NOPE",
                                "1",
                                "ETCD_WAL_DIR",
                                "",
                                "ETCD_PRE_VOTE",
                                "false",
                                "ETCD_VERSION",
                                "x"),
                        "--data-dir",
                        dir.resolve("d").toString());

        assertThat(run.code()).isZero();
        assertThat(config(run).name()).isEqualTo("e");
        assertThat(config(run).raft().preVote()).isFalse();
        assertThat(run.log())
                .contains(
                        "\"msg\":\"unrecognized environment variable\",\"environment-variable\":\"ETCD_NOPE=1\"")
                .contains(
                        "\"msg\":\"recognized and used environment variable\",\"variable-name\":\"ETCD_NAME\"")
                .contains(
                        "\"msg\":\"cannot set special environment variable\",\"key\":\"ETCD_VERSION\"");
    }

    @Test
    void aFlagAndItsVariableConflict() {
        Run run = Run.of(Map.of("ETCD_NAME", "x"), "--name", "y");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.log())
                .contains("\"level\":\"fatal\"")
                .contains(
                        "conflicting environment variable is shadowed by corresponding command-line flag "
                                + "(either unset environment variable or disable flag))\",\"environment-variable\":\"ETCD_NAME\"");
    }

    @Test
    void aBadVariableIsRefused() {
        Run run = Run.of(Map.of("ETCD_SNAPSHOT_COUNT", "x"));

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.log())
                .contains("invalid value \\\"x\\\" for ETCD_SNAPSHOT_COUNT: parse error");
    }

    @Test
    void aFileOutranksFlagsAndEnvironment() throws IOException {
        Path file =
                Files.writeString(
                        dir.resolve("etcd.yml"),
                        """
                        name: fromfile
                        data-dir: %s
                        listen-client-urls: http://127.0.0.1:23701,http://127.0.0.2:23701
                        initial-advertise-peer-urls: http://127.0.0.1:23702
                        election-timeout: 2000
                        pre-vote: false
                        watch-progress-notify-interval: 600000000000
                        log-outputs: [stderr]
                        nosuchkey: 1
                        feature-gates: LeaseCheckpoint=true,LeaseCheckpointPersist=true
                        client-transport-security:
                          cert-file: c.crt
                          key-file: c.key
                          client-cert-auth: true
                          allowed-hostname: [a, b]
                        peer-transport-security:
                          allowed-cn: [peer]
                        socket-options:
                          reuse-port: true
                        discovery-config:
                          dial-timeout: 5000000000
                        """
                                .formatted(dir.resolve("d")));

        Run run =
                Run.of(
                        Map.of("ETCD_NAME", "ignored"),
                        "--config-file",
                        file.toString(),
                        "--name",
                        "alsoignored");

        assertThat(run.code()).as(run.log()).isZero();
        ServerConfig config = config(run);
        assertThat(config.name()).isEqualTo("fromfile");
        assertThat(config.urls().listenClient()).extracting(Object::toString).hasSize(2);
        assertThat(config.bootstrap().initialClusterText())
                .isEqualTo("fromfile=http://127.0.0.1:23702");
        assertThat(config.raft().electionMillis()).isEqualTo(2000);
        assertThat(config.raft().preVote()).isFalse();
        assertThat(config.checks().watchProgressNotifyInterval()).hasMinutes(10);
        assertThat(config.clientTls().certFile()).isEqualTo("c.crt");
        assertThat(config.clientTls().clientCertAuth()).isTrue();
        assertThat(config.clientTls().allowedHostnames()).containsExactly("a", "b");
        assertThat(config.peerTls().allowedCommonNames()).containsExactly("peer");
        assertThat(config.http().reusePort()).isTrue();
        assertThat(config.bootstrap().discovery().dialTimeout()).hasSeconds(5);
        assertThat(config.features().text())
                .isEqualTo("LeaseCheckpoint=true,LeaseCheckpointPersist=true");
        assertThat(run.log())
                .contains("loaded server configuration, other configuration command line flags");
        assertThat(config(Run.of(Map.of("ETCD_CONFIG_FILE", file.toString()))).name())
                .isEqualTo("fromfile");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name: [a | error converting YAML to JSON: yaml: line ",
                "heartbeat-interval: 10m | cannot unmarshal string into Go struct field configYAML.heartbeat-interval",
                "watch-progress-notify-interval: 10m | of type time.Duration",
                "pre-vote: 1 | cannot unmarshal number into Go struct field configYAML.pre-vote of type bool",
                "just text | cannot unmarshal string into Go value",
                "peer-transport-security: x | invalid peer-transport-security",
                "listen-peer-urls: nope | unexpected error setting up listen-peer-urls: URL scheme must be",
                "election-timeout: 100 | should be at least as 5 times",
            })
    void badFilesExitWithOne(String yaml, String message) throws IOException {
        Path file = Files.writeString(dir.resolve("bad.yml"), yaml);

        Run run = Run.of("--config-file", file.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.log()).contains("\"msg\":\"failed to verify flags\"").contains(message);
    }

    @ParameterizedTest
    @CsvSource({
        "--enable-v2, true",
        "--enable-v2=false, false",
        "--enable-pprof, true",
        "--enable-pprof=false, false",
        "--memory-mlock, true",
        "--socket-reuse-port, true",
        "--enable-distributed-tracing, true"
    })
    void flagsWithoutEffectAreWarnedOf(String flag, boolean warned) {
        Run run = Run.of("--data-dir", dir.resolve("d").toString(), flag);

        assertThat(run.code()).isZero();
        assertThat(run.log().contains("flag has no effect in this server")).isEqualTo(warned);
    }

    @Test
    void oldFlagsAreTakenAndWarnedOf() {
        Run run =
                Run.of(
                        "--data-dir",
                        dir.resolve("d").toString(),
                        "-snapshot",
                        "-vv",
                        "--max-snapshots=3",
                        "--v2-deprecation=gone",
                        "--enable-v2",
                        "--debug",
                        "--log-package-levels=raft=DEBUG",
                        "--experimental-compaction-batch-limit=7",
                        "--experimental-enable-lease-checkpoint");

        assertThat(run.code()).isZero();
        assertThat(config(run).raft().maxSnapshots()).isEqualTo(3);
        assertThat(config(run).compaction().batchLimit()).isEqualTo(7);
        assertThat(config(run).http().enableV2()).isTrue();
        assertThat(config(run).log().level()).isEqualTo(dev.quorate.log.Level.DEBUG);
        assertThat(run.log())
                .contains("flag \\\"-snapshot\\\" is no longer supported - ignoring.")
                .contains("--max-snapshots is deprecated in 3.6 and will be decommissioned in 3.8")
                .contains(
                        "--v2-deprecation is deprecated and scheduled for removal in v3.8. The default value is enforced, ignoring user input.");
        assertThat(
                        config(
                                        Run.of(
                                                "--data-dir",
                                                dir.resolve("e").toString(),
                                                "--enable-v2=false"))
                                .http()
                                .enableV2())
                .isFalse();
    }

    private static ServerConfig config(Run run) {
        return Objects.requireNonNull(run.started(), run.log() + run.err()).server();
    }
}
