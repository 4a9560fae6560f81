package dev.quorate.verify.conform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.verify.conform.Toolchain.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that change hands: snapshots and data directories of etcd and ours, each used by the other's tool and server. */
@Tag("interop")
final class OfflineTest {
    private static final String FLAGS =
            " --name "
                    + Member.NAME
                    + " --initial-advertise-peer-urls "
                    + Member.ADVERTISED_PEER
                    + " --initial-cluster "
                    + Member.NAME
                    + "="
                    + Member.ADVERTISED_PEER
                    + " ";

    /** What must be the same whoever restored: ids, revision, keys, hash of the history, leases, users. */
    private static final String LOOK =
            "etcdctl member list | sed 's#http://127.0.0.1:[0-9]*, false#CLIENT#';"
                    + "etcdctl get --prefix '' -w json | sed 's/\"raft_term\":[0-9]*//';"
                    + "etcdctl put after 1 >/dev/null; etcdctl get after;"
                    + "etcdctl endpoint hashkv -w json | sed 's/.*\"hash\"//';"
                    + "timeout 5 etcdctl lease list; etcdctl user list";

    @TempDir Path dir;

    private Shell shell(Map<String, String> environment) throws IOException {
        Path tools = Files.createDirectories(dir.resolve("tools"));
        link(tools.resolve("etcdctl"), Toolchain.program(Origin.ETCD_37, "etcdctl"));
        link(tools.resolve("real"), Toolchain.program(Origin.ETCD_37, "etcdutl"));
        link(tools.resolve("ours"), Toolchain.program(Origin.QUORATE, "etcdutl"));
        Map<String, String> all = new TreeMap<>(environment);
        all.put("PATH", tools + ":" + System.getenv("PATH"));
        return new Shell(dir, all);
    }

    private static void link(Path link, Path target) throws IOException {
        if (!Files.exists(link)) {
            Files.createSymbolicLink(link, target);
        }
    }

    private String run(String command) throws IOException, InterruptedException {
        Outcome outcome = shell(Map.of()).run(command);
        assertThat(outcome.exit()).as(command + "\n" + outcome.text()).isEqualTo("0");
        return outcome.stdout();
    }

    private String look(Member member) throws IOException, InterruptedException {
        Outcome outcome = shell(member.environment()).run(LOOK);
        assertThat(outcome.exit()).as(outcome.text()).isEqualTo("0");
        return outcome.stdout();
    }

    private void fill(Member member) throws IOException, InterruptedException {
        Outcome outcome =
                shell(member.environment())
                        .run(
                                "for i in 1 2 3 4 5 6 7 8 9; do etcdctl put k$((i % 5)) v$i; done; etcdctl del k3; etcdctl compact 6;"
                                        + " etcdctl put leased x --lease=$(etcdctl lease grant 3600 | cut -d' ' -f2);"
                                        + " etcdctl user add alice:pw; etcdctl snapshot save s.db");
        assertThat(outcome.exit()).as(outcome.text()).isEqualTo("0");
    }

    /** Restores by a tool, starts the server of the same origin on it, and tells what it sees. */
    private String restored(Origin origin, String more) throws IOException, InterruptedException {
        String tool = origin == Origin.QUORATE ? "ours" : "real";
        Path home = dir.resolve("by-" + tool);
        run(tool + " snapshot restore s.db --data-dir " + home.resolve("data") + FLAGS + more);
        try (Member member = Member.start(origin, home)) {
            return look(member);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ETCD_37, ''",
        "ETCD_37, --bump-revision 1000 --mark-compacted",
        "QUORATE, ''",
        "QUORATE, --bump-revision 1000 --mark-compacted"
    })
    void aSnapshotRestoresAlikeWhoeverSavedIt(Origin saver, String more)
            throws IOException, InterruptedException {
        try (Member member = Member.start(saver, dir.resolve("origin"))) {
            fill(member);
        }
        assertThat(run("ours snapshot status s.db; ours hashkv s.db"))
                .isEqualTo(run("real snapshot status s.db; cp s.db h.db; real hashkv h.db"));
        assertThat(restored(Origin.QUORATE, more)).isEqualTo(restored(Origin.ETCD_37, more));
    }

    @ParameterizedTest
    @EnumSource(names = {"ETCD_34", "ETCD_37"})
    void aMemberOfEtcdGoesOnAsOneOfOurs(Origin origin) throws IOException, InterruptedException {
        Path home = dir.resolve("origin");
        String[] flags = {"--snapshot-count=10"};
        try (Member member = Member.start(origin, home, flags)) {
            fill(member);
            member.stop();
        }
        String data = home.resolve("data").toString();
        run("cp -r " + data + " before; ours import " + data + " --data-dir ours/data");
        run("diff -r " + data + " before");
        String theirs;
        try (Member member = Member.start(origin, home, flags)) {
            theirs = look(member);
        }
        try (Member member = Member.start(Origin.QUORATE, dir.resolve("ours"), flags)) {
            assertThat(withoutRevisionOfHash(look(member)))
                    .isEqualTo(withoutRevisionOfHash(theirs));
        }
    }

    /** A field of HashKV that 3.4 does not have. */
    private static String withoutRevisionOfHash(String seen) {
        return seen.replaceAll(",\"hash_revision\":\\d+", "");
    }

    @Test
    void theServerRefusesADirectoryOfEtcd() throws IOException, InterruptedException {
        Path home = dir.resolve("origin");
        try (Member member = Member.start(Origin.ETCD_37, home)) {
            member.stop();
        }
        Outcome outcome =
                shell(Map.of())
                        .run(
                                Toolchain.server(Origin.QUORATE)
                                        + " --data-dir "
                                        + home.resolve("data")
                                        + " --listen-client-urls http://127.0.0.1:0 --advertise-client-urls http://127.0.0.1:0"
                                        + " --listen-peer-urls http://127.0.0.1:0");
        assertThat(outcome.exit()).isEqualTo("1");
        assertThat(outcome.stderr()).contains("belongs to a member of etcd", "etcdutl import");
    }

    @Test
    void defragAndMigrateLeaveADirectoryThatEtcdStartsOn()
            throws IOException, InterruptedException {
        Path home = dir.resolve("origin");
        String before;
        try (Member member = Member.start(Origin.ETCD_37, home)) {
            fill(member);
            before = run("real hashkv s.db");
            member.stop();
        }
        String data = home.resolve("data").toString();
        run(
                "ours defrag --data-dir "
                        + data
                        + "; ours migrate --target-version 3.6 --data-dir "
                        + data);
        assertThat(run("ours hashkv " + data)).isEqualTo(before);
        assertThat(run("real snapshot status " + data + "/member/snap/db")).endsWith(", 3.6.0\n");
        try (Member member = Member.start(Origin.ETCD_37, home)) {
            assertThat(look(member)).contains("alice", "\"key\":\"bGVhc2Vk\"");
        }
    }
}
