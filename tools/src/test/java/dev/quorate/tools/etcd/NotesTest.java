package dev.quorate.tools.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Start lines as people write them down: long and short dashes mixed, with and without an equals sign, over several lines. */
class NotesTest {
    @TempDir Path dir;

    private EtcdOptions start(String line) {
        List<String> arguments = new ArrayList<>();
        for (String word :
                line.replace("\\\n", " ")
                        .replace("'", "")
                        .replace("\"", "")
                        .strip()
                        .split("\\s+")) {
            if (!word.isEmpty()) {
                arguments.add(word);
            }
        }
        if (!line.contains("data-dir")) {
            arguments.add("--data-dir=" + dir.resolve("d"));
        }
        Run run = Run.of(arguments.toArray(String[]::new));
        assertThat(run.code()).as(run.err() + run.log()).isZero();
        return Objects.requireNonNull(run.started());
    }

    @Test
    void bareStart() {
        ServerConfig config = start("").server();

        assertThat(config.name()).isEqualTo("default");
        assertThat(config.urls().listenClient()).hasToString("[http://localhost:2379]");
        assertThat(EtcdFlags.ALL.defaults().text("data-dir")).isEmpty();
    }

    @Test
    void staticClusterOnAllInterfaces() {
        ServerConfig config =
                start(
                                "--name wuzhc0 --initial-advertise-peer-urls http://127.0.0.1:2380 --listen-peer-urls http://0.0.0.0:2380"
                                        + " --listen-client-urls http://0.0.0.0:2379 --advertise-client-urls http://127.0.0.1:2379"
                                        + " --initial-cluster-token etcd-cluster-1 --initial-cluster"
                                        + " wuzhc0=http://127.0.0.1:2380,wuzhc1=http://127.0.0.1:2480,wuzhc2=http://127.0.0.1:2580"
                                        + " --initial-cluster-state new")
                        .server();

        assertThat(config.bootstrap().initialCluster())
                .extracting(Bootstrap.Member::name)
                .containsExactly("wuzhc0", "wuzhc1", "wuzhc2");
        assertThat(config.bootstrap().token()).isEqualTo("etcd-cluster-1");
        assertThat(config.urls().listenClient()).hasToString("[http://0.0.0.0:2379]");
    }

    @Test
    void discoveryByUrl() {
        Bootstrap bootstrap =
                start(
                                "--name wuzhc3 --initial-advertise-peer-urls http://127.0.0.1:2590 --listen-peer-urls http://0.0.0.0:2590"
                                        + " --listen-client-urls http://0.0.0.0:2589 --advertise-client-urls http://127.0.0.1:2589"
                                        + " --initial-cluster-token etcd-cluster-1"
                                        + " --discovery https://discovery.etcd.io/8525df31f8ce8803b5ab1cbbadeaba70")
                        .server()
                        .bootstrap();

        assertThat(bootstrap.discoveryUrl())
                .isEqualTo("https://discovery.etcd.io/8525df31f8ce8803b5ab1cbbadeaba70");
        assertThat(bootstrap.initialCluster()).isEmpty();
        assertThat(bootstrap.discoveryFallbackToProxy()).isTrue();
        assertThat(
                        start(
                                        "--discovery http://h:1/v2/keys/_etcd/registry/t --discovery-fallback=exit --discovery-proxy http://p:1")
                                .server()
                                .bootstrap()
                                .discoveryFallbackToProxy())
                .isFalse();
    }

    @Test
    void procfileOfTheRepository() {
        ServerConfig config =
                start(
                                "--name infra1 --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379"
                                        + " --listen-peer-urls http://127.0.0.1:12380 --initial-advertise-peer-urls http://127.0.0.1:12380"
                                        + " --initial-cluster-token etcd-cluster-1 --initial-cluster"
                                        + " 'infra3=http://127.0.0.1:32380,infra1=http://127.0.0.1:12380,infra2=http://127.0.0.1:22380'"
                                        + " --initial-cluster-state new --enable-pprof --logger=zap --log-outputs=stderr")
                        .server();

        assertThat(config.http().enablePprof()).isTrue();
        assertThat(config.log().outputs()).containsExactly("stderr");
        assertThat(config.bootstrap().initialClusterText())
                .isEqualTo(
                        "infra1=http://127.0.0.1:12380,infra2=http://127.0.0.1:22380,infra3=http://127.0.0.1:32380");
    }

    @Test
    void joiningARunningCluster() {
        ServerConfig config =
                start(
                                "--name infra4 --listen-client-urls http://127.0.0.1:42379 --advertise-client-urls http://127.0.0.1:42379"
                                        + " --listen-peer-urls http://127.0.0.1:42380 --initial-advertise-peer-urls http://127.0.0.1:42380"
                                        + " --initial-cluster-token etcd-cluster-1 --initial-cluster"
                                        + " infra4=http://127.0.0.1:42380,infra3=http://127.0.0.1:32380 --initial-cluster-state existing"
                                        + " --enable-pprof --logger=zap --log-outputs=stderr")
                        .server();

        assertThat(config.bootstrap().state()).isEqualTo(Bootstrap.State.EXISTING);
    }

    @Test
    void mixedDashesOverSeveralLines() {
        ServerConfig config =
                start(
                                """
                                -name infra1 \\
                                  --initial-advertise-peer-urls http://127.0.0.1:2381 \\
                                  --listen-peer-urls http://127.0.0.1:2381 \\
                                  -initial-cluster-token etcd-cluster-1 \\
                                  --listen-client-urls 'http://localhost:12379'\\
                                  --advertise-client-urls 'http://lcoalhost:2379' \\
                                  -initial-cluster infra0=http://127.0.0.1:2380,infra1=http://127.0.0.1:2381,infra2=http://127.0.0.1:2382 \\
                                """)
                        .server();

        assertThat(config.urls().advertiseClient()).hasToString("[http://lcoalhost:2379]");
        assertThat(config.bootstrap().state()).isEqualTo(Bootstrap.State.NEW);
    }

    @Test
    void twoClientAddressesAndADataDirectory() {
        ServerConfig config =
                start(
                                "--name node-1 --data-dir "
                                        + dir.resolve("data")
                                        + " --initial-advertise-peer-urls http://10.211.55.2:2380 --listen-peer-urls http://10.211.55.2:2380"
                                        + " --listen-client-urls http://10.211.55.2:2379,http://127.0.0.1:2379"
                                        + " --advertise-client-urls http://10.211.55.2:2379 --initial-cluster-token cqh-test-cluster"
                                        + " --initial-cluster node-1=http://10.211.55.2:2380,node-2=http://10.211.55.25:2380,node-3=http://10.211.55.26:2380"
                                        + " --initial-cluster-state new")
                        .server();

        assertThat(config.urls().listenClient()).hasSize(2);
        assertThat(config.dataDir()).isEqualTo(dir.resolve("data"));
    }

    @Test
    void shortLines() {
        assertThat(
                        start(
                                        "-listen-client-urls=\"http://0.0.0.0:2379\" --advertise-client-urls=\"http://0.0.0.0:2379\"")
                                .server()
                                .urls()
                                .advertiseClient())
                .hasToString("[http://0.0.0.0:2379]");
        assertThat(
                        start("--heartbeat-interval=100 --election-timeout=500")
                                .server()
                                .raft()
                                .electionTicks())
                .isEqualTo(5);
        assertThat(start("--force-new-cluster").server().bootstrap().forceNewCluster()).isTrue();
        assertThat(start("--snapshot-count=5000").server().raft().snapshotCount()).isEqualTo(5000);
        assertThat(start("--auto-compaction-retention=1").server().compaction().retention())
                .hasHours(1);
        assertThat(
                        start("--discovery-srv example.com --discovery-srv-name x")
                                .server()
                                .bootstrap()
                                .srvDomain())
                .isEqualTo("example.com");
        assertThat(
                        start(
                                        "--proxy on --listen-client-urls http://127.0.0.1:8080 --initial-cluster a=http://127.0.0.1:1")
                                .proxy()
                                .mode())
                .isEqualTo(ProxyOptions.Mode.ON);
    }
}
