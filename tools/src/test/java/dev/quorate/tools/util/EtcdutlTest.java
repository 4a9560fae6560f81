package dev.quorate.tools.util;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.storage.disk.RealDisk;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.LmdbEngine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.RevisionKey;
import dev.quorate.storage.engine.WriteBatch;
import dev.quorate.storage.wal.Wal;
import dev.quorate.storage.wal.WalSnapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Command lines of etcdutl; numbers and texts are what etcdutl 3.7.1 printed for the same file. */
final class EtcdutlTest {
    @TempDir Path dir;
    private Path snapshot;

    @BeforeEach
    void save() throws IOException {
        snapshot = Fixture.snapshot(dir.resolve("s.db"), Fixture.records());
    }

    private static void assertPrints(String expected, Object... words) {
        Fixture.Run run = Fixture.run(words);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo(expected);
        assertThat(run.code()).isZero();
    }

    private static void assertFails(int code, String message, Object... words) {
        Fixture.Run run = Fixture.run(words);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).endsWith("Error: " + message + "\n");
        assertThat(run.code()).isEqualTo(code);
    }

    @Test
    void statusTellsWhatIsInASnapshot() {
        assertPrints("fefdf426, 10, 2, 16 kB, 3.7.0\n", "snapshot", "status", snapshot);
        assertPrints(
                "{\"hash\":4278055974,\"revision\":10,\"totalKey\":2,\"totalSize\":16384,\"version\":\"3.7.0\"}\n",
                "snapshot",
                "status",
                snapshot,
                "-w",
                "json");
        assertPrints(
                "\"Hash\" : 4278055974\n\"Revision\" : 10\n\"Keys\" : 2\n\"Size\" : 16384\n\"Version\" : 3.7.0\n",
                "-w=fields",
                "snapshot",
                "status",
                snapshot);
        assertPrints(
                """
                +----------+----------+------------+------------+---------+
                |   HASH   | REVISION | TOTAL KEYS | TOTAL SIZE | VERSION |
                +----------+----------+------------+------------+---------+
                | fefdf426 |       10 |          2 |      16 kB |   3.7.0 |
                +----------+----------+------------+------------+---------+
                """,
                "snapshot",
                "status",
                snapshot,
                "--write-out=table");
    }

    @Test
    void hashIsThatOfTheMemberAndReadingLeavesTheFileAlone() throws IOException {
        byte[] before = Files.readAllBytes(snapshot);
        assertPrints("599938654, 10, 8\n", "hashkv", snapshot);
        assertPrints(
                "{\"hash\":2768770815,\"hashRevision\":8,\"compactRevision\":8}\n",
                "hashkv",
                snapshot,
                "--rev",
                "8",
                "-w",
                "json");
        assertPrints(
                "\"Hash\" : 3017468268\n\"Hash revision\" : 9\n\"Compact revision\" : 8\n",
                "hashkv",
                snapshot,
                "--rev=9",
                "-w",
                "fields");
        assertFails(
                1, "mvcc: required revision has been compacted", "hashkv", snapshot, "--rev", "7");
        assertFails(
                1, "mvcc: required revision is a future revision", "hashkv", snapshot, "--rev=11");
        assertThat(Files.readAllBytes(snapshot)).isEqualTo(before);
    }

    @Test
    void anEmptyHistoryHasRevisionOne() throws IOException {
        WriteBatch empty = new WriteBatch();
        empty.put(Bucket.AUTH, Fixture.ascii("authRevision"), Fixture.number(1));
        Path file = Fixture.snapshot(dir.resolve("empty.db"), empty);
        assertPrints("1084519789, 1, -1\n", "hashkv", file);
        assertThat(Fixture.run("snapshot", "status", file).out()).endsWith(", 0, 0, 16 kB, \n");
    }

    @Test
    void aRestoredDirectoryHoldsTheKeysUnderNewMembers() throws IOException {
        Path data = dir.resolve("data");
        String cluster = "m1=http://127.0.0.1:23032,m2=http://127.0.0.1:23042";
        Fixture.Run run =
                Fixture.run(
                        "snapshot",
                        "restore",
                        snapshot,
                        "--data-dir",
                        data,
                        "--name=m1",
                        "--initial-cluster",
                        cluster,
                        "--initial-cluster-token=tok",
                        "--initial-advertise-peer-urls=http://127.0.0.1:23032");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("added-peer-id\": \"f39c7e1b573ef782\"", "a2f233d65443ac05");
        assertPrints(Fixture.run("hashkv", snapshot).out(), "hashkv", data);
        try (LmdbEngine engine = LmdbEngine.open(data.resolve("member/engine"));
                ReadView view = engine.read()) {
            assertThat(view.count(Bucket.MEMBERS)).isEqualTo(2);
            assertThat(view.count(Bucket.MEMBERS_REMOVED)).isZero();
            assertThat(view.count(Bucket.LEASE)).isEqualTo(1);
            assertThat(text(view.get(Bucket.MEMBERS, Fixture.ascii("32d2f14dca63b7b5"))))
                    .isEqualTo(
                            "{\"id\":3662254763415943093,\"peerURLs\":[\"http://127.0.0.1:23042\"],\"name\":\"m2\"}");
            assertThat(text(view.get(Bucket.META, Fixture.ascii("confState"))))
                    .isEqualTo(
                            "{\"voters\":[3662254763415943093,17554044103476311938],\"auto_leave\":false}");
            assertThat(view.get(Bucket.META, Fixture.ascii("consistent_index")))
                    .isEqualTo(Fixture.number(2));
            assertThat(view.get(Bucket.META, Fixture.ascii("term"))).isEqualTo(Fixture.number(1));
        }
        var log =
                Wal.read(new RealDisk(), data.resolve("member/wal").toString(), WalSnapshot.START);
        assertThat(log.entries()).hasSize(2);
        assertThat(log.hardState().commit()).isEqualTo(2);
        assertThat(log.hardState().vote()).isEqualTo(0x32d2f14dca63b7b5L);
        assertThat(data.resolve("member/snap/0000000000000001-0000000000000002.snap")).exists();
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    @Test
    void aBumpedRevisionIsTheCompactedOne() throws IOException {
        Path data = dir.resolve("data");
        Fixture.Run run =
                Fixture.run(
                        "snapshot",
                        "restore",
                        snapshot,
                        "--data-dir",
                        data,
                        "--bump-revision",
                        "1000",
                        "--mark-compacted");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err())
                .contains(
                        "{\"latest-revision\": 10, \"bump-amount\": 1000, \"new-latest-revision\": 1010}",
                        "marking revision compacted\t{\"revision\": 1010}");
        assertThat(Fixture.run("hashkv", data).out()).endsWith(", 1010, 1010\n");
        try (LmdbEngine engine = LmdbEngine.open(data.resolve("member/engine"));
                ReadView view = engine.read()) {
            assertThat(view.get(Bucket.META, Fixture.ascii("scheduledCompactRev")))
                    .isEqualTo(RevisionKey.encode(1010, 0, false));
        }
    }

    @Test
    void restoreRefusesWhatItCannotTrust() throws IOException {
        Path data = dir.resolve("data");
        byte[] whole = Files.readAllBytes(snapshot);
        Path raw = Files.write(dir.resolve("raw.db"), Arrays.copyOf(whole, whole.length - 32));
        assertFails(
                1,
                "snapshot missing hash but --skip-hash-check=false",
                "snapshot",
                "restore",
                raw,
                "--data-dir",
                data);
        byte[] flipped = whole.clone();
        flipped[9000] ^= 1;
        Path damaged = Files.write(dir.resolve("damaged.db"), flipped);
        assertThat(Fixture.run("snapshot", "restore", damaged, "--data-dir", data).err())
                .contains("Error: expected sha256 [", "], got [");
        Path cut = Files.write(dir.resolve("cut.db"), Arrays.copyOf(whole, 9000));
        assertThat(
                        Fixture.run(
                                        "snapshot",
                                        "restore",
                                        cut,
                                        "--skip-hash-check",
                                        "--data-dir",
                                        data)
                                .err())
                .contains("meta promises 4 pages of 4096 bytes, the file has 9000 bytes");
        Path text = Files.writeString(dir.resolve("text.db"), "hello");
        assertFails(
                1,
                "invalid database",
                "snapshot",
                "restore",
                text,
                "--skip-hash-check",
                "--data-dir",
                data);
        assertFails(
                1,
                "open " + dir.resolve("nope.db") + ": no such file or directory",
                "snapshot",
                "restore",
                dir.resolve("nope.db"),
                "--data-dir",
                data);
        assertThat(data).as("nothing is left of a restore that failed").doesNotExist();
        assertThat(
                        Fixture.run(
                                        "snapshot",
                                        "restore",
                                        raw,
                                        "--skip-hash-check",
                                        "--data-dir",
                                        data)
                                .code())
                .isZero();
        assertFails(
                1,
                "data-dir \"" + data + "\" not empty or could not be read",
                "snapshot",
                "restore",
                snapshot,
                "--data-dir",
                data);
        assertFails(
                1,
                "wal-dir \"" + data + "\" exists",
                "snapshot",
                "restore",
                snapshot,
                "--data-dir",
                dir.resolve("x"),
                "--wal-dir",
                data);
    }

    @Test
    void restoreChecksFlagsAgainstEachOther() {
        Path data = dir.resolve("data");
        assertFails(
                128,
                "--mark-compacted required if --revision-bump > 0",
                "snapshot",
                "restore",
                snapshot,
                "--data-dir",
                data,
                "--bump-revision",
                "5");
        assertFails(
                1,
                "couldn't find local name \"nope\" in the initial cluster configuration",
                "snapshot",
                "restore",
                snapshot,
                "--data-dir",
                data,
                "--name",
                "nope");
        assertFails(
                1,
                "URL scheme must be http, https, unix, or unixs: ",
                "snapshot",
                "restore",
                snapshot,
                "--data-dir",
                data,
                "--initial-cluster",
                "bogus");
        assertFails(
                1,
                "initial cluster b=http://localhost:2380,default=http://localhost:2380 has duplicate url",
                "snapshot",
                "restore",
                snapshot,
                "--data-dir",
                data,
                "--initial-cluster",
                "default=http://localhost:2380,b=http://localhost:2380");
        assertFails(
                1,
                "--initial-cluster has default=http://localhost:2380 but missing from"
                        + " --initial-advertise-peer-urls=http://127.0.0.1:7777 (resolved urls:"
                        + " \"http://127.0.0.1:7777\" != \"http://localhost:2380\")",
                "snapshot",
                "restore",
                snapshot,
                "--data-dir",
                data,
                "--initial-advertise-peer-urls",
                "http://127.0.0.1:7777");
        assertThat(data).doesNotExist();
    }

    @Test
    void damagedFilesAreNamedAsSuch() throws IOException {
        Path text = Files.writeString(dir.resolve("text.db"), "hello");
        assertFails(1, "invalid database", "snapshot", "status", text);
        assertFails(1, "invalid database", "hashkv", text);
        assertFails(1, "invalid database", "snapshot", "status", dir);
        assertFails(
                1,
                "stat " + dir.resolve("nope.db") + ": no such file or directory",
                "snapshot",
                "status",
                dir.resolve("nope.db"));
        Path cut =
                Files.write(
                        dir.resolve("cut.db"), Arrays.copyOf(Files.readAllBytes(snapshot), 9000));
        Fixture.Run run = Fixture.run("snapshot", "status", cut);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("Error: snapshot file integrity check failed. 1 errors found.\n");
    }

    @Test
    void defragKeepsRecordsOfBothKindsOfDirectories() throws IOException {
        Path ours = dir.resolve("ours");
        assertThat(Fixture.run("snapshot", "restore", snapshot, "--data-dir", ours).code())
                .isZero();
        Path etcds = etcdDirectory();
        for (Path data : new Path[] {ours, etcds}) {
            String hash = Fixture.run("snapshot", "status", data).out();
            Fixture.Run run = Fixture.run("defrag", "--data-dir", data);
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.err())
                    .contains("defragmenting\t{\"path\":", "finished defragmenting directory");
            assertPrints(hash, "snapshot", "status", data);
        }
        assertThat(Fixture.run("snapshot", "status", etcds.resolve("member/snap/db")).code())
                .isZero();
        assertFails(
                1,
                "Failed to defragment etcd data[nodir] (stat nodir/member/snap/db: no such file or directory)",
                "defrag",
                "--data-dir",
                "nodir");
    }

    @Test
    void aDirectoryInUseIsWaitedForAndThenLeftAlone() throws IOException {
        Path ours = dir.resolve("ours");
        assertThat(Fixture.run("snapshot", "restore", snapshot, "--data-dir", ours).code())
                .isZero();
        try (LmdbEngine _ = LmdbEngine.open(ours.resolve("member/engine"))) {
            Fixture.Run run = Fixture.run("--timeout=10ms", "defrag", "--data-dir", ours);
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("Failed to defragment", "timeout: ", "stop the member");
        }
    }

    private Path etcdDirectory() throws IOException {
        Path data = dir.resolve("etcd");
        Files.createDirectories(data.resolve("member/snap"));
        Files.write(data.resolve("member/snap/db"), Fixture.database(Fixture.records()));
        return data;
    }

    @Test
    void migrateChangesTheVersionStepByStep() throws IOException {
        Path etcds = etcdDirectory();
        String wal = etcds.resolve("member/wal").toString();
        Wal.create(new RealDisk(), wal, new byte[0]).close();
        Path ours = dir.resolve("ours");
        assertThat(Fixture.run("snapshot", "restore", snapshot, "--data-dir", ours).code())
                .isZero();
        for (Path data : new Path[] {ours, etcds}) {
            assertThat(migrate(data, "3.7"))
                    .contains("storage version up-to-date\t{\"storage-version\": \"3.7\"}");
            assertThat(migrate(data, "3.5"))
                    .contains(
                            "{\"new-storage-version\": \"3.6.0\"}",
                            "{\"new-storage-version\": \"3.5.0\"}");
            assertThat(Fixture.run("snapshot", "status", data).out()).endsWith(", 3.5.0\n");
            assertThat(migrate(data, "3.6")).contains("{\"new-storage-version\": \"3.6.0\"}");
            assertThat(Fixture.run("snapshot", "status", data).out()).endsWith(", 3.6.0\n");
            assertFails(
                    1,
                    "cannot create migration plan: version \"3.8.0\" is not supported",
                    "migrate",
                    "--data-dir",
                    data,
                    "--target-version",
                    "3.8");
            assertFails(
                    1,
                    "cannot create migration plan: changing major storage version is not supported",
                    "migrate",
                    "--data-dir",
                    data,
                    "--target-version",
                    "4.0");
            Fixture.Run forced =
                    Fixture.run("migrate", "--data-dir", data, "--target-version=3.8", "--force");
            assertThat(forced.err())
                    .contains("forcefully set storage version\t{\"storage-version\": \"3.8\"}");
            assertThat(Fixture.run("snapshot", "status", data).out()).endsWith(", 3.8.0\n");
        }
    }

    @Test
    void aDatabaseOf34HasNoVersionToMigrateFrom() throws IOException {
        for (String missing : new String[] {"term", "confState"}) {
            WriteBatch records = Fixture.records();
            records.delete(Bucket.META, Fixture.ascii("storageVersion"));
            Path data = dir.resolve("without " + missing);
            Files.createDirectories(data.resolve("member/snap"));
            Files.write(data.resolve("member/snap/db"), Fixture.database(records));
            assertThat(Fixture.run("snapshot", "status", data).out()).endsWith(", 3.5.0\n");
            records.delete(Bucket.META, Fixture.ascii(missing));
            Files.write(data.resolve("member/snap/db"), Fixture.database(records));
            assertThat(Fixture.run("snapshot", "status", data).out()).endsWith(" kB, \n");
            String word = missing.equals("term") ? "term" : "confstate";
            assertFails(
                    1,
                    "missing " + word + " information",
                    "migrate",
                    "--data-dir",
                    data,
                    "--target-version",
                    "3.6",
                    "--force");
        }
    }

    private static String migrate(Path data, String version) {
        Fixture.Run run = Fixture.run("migrate", "--data-dir", data, "--target-version", version);
        assertThat(run.code()).as(run.err()).isZero();
        return run.err();
    }

    @Test
    void wordsThatDoNotFitAreMetWithTheUsage() {
        assertFails(1, "required flag(s) \"data-dir\", \"target-version\" not set", "migrate");
        assertFails(1, "accepts 1 arg(s), received 0", "hashkv");
        assertFails(128, "snapshot status requires exactly one argument", "snapshot", "status");
        assertFails(128, "snapshot restore requires exactly one argument", "snapshot", "restore");
        assertFails(4, "unsupported output format", "snapshot", "status", "x", "-w", "xml");
        assertFails(4, "protobuf not supported as output format", "hashkv", "x", "-w", "protobuf");
        assertFails(
                128,
                "wrong target version format, expected \"X.Y\", got \"3.7.1\"",
                "migrate",
                "--data-dir",
                "x",
                "--target-version",
                "3.7.1");
        assertFails(
                128,
                "target version \"3.4\" not supported. Minimal \"3.5\"",
                "migrate",
                "--data-dir",
                "x",
                "--target-version",
                "3.4");
        Fixture.Run run = Fixture.run("hashkv", "--bogus");
        assertThat(run.err())
                .isEqualTo(
                        """
                        Error: unknown flag: --bogus
                        Usage:
                          etcdutl hashkv <filename> [flags]

                        Flags:
                          -h, --help      help for hashkv
                              --rev int   maximum revision to hash (default: latest revision)

                        Global Flags:
                              --timeout duration   time to wait to obtain a file lock on db file, 0 to block indefinitely (default 10s)
                          -w, --write-out string   set the output format (fields, json, protobuf, simple, table) (default "simple")

                        Error: unknown flag: --bogus
                        """);
        assertPrints("etcdutl version: 3.7.1\nAPI version: 3.7\n", "version");
    }

    @Test
    void completionAsksTheProgram() {
        assertThat(Fixture.run("completion", "bash").out()).contains("complete -o default -F");
        assertFails(
                1, "invalid argument \"tcsh\" for \"etcdutl completion\"", "completion", "tcsh");
        assertThat(Fixture.run("__complete", "snapshot", "r").out())
                .isEqualTo("restore\tRestores an etcd member snapshot to an etcd directory\n:4\n");
        assertThat(Fixture.run("__complete", "hashkv", "--re").out())
                .isEqualTo("--rev\tmaximum revision to hash (default: latest revision)\n:4\n");
    }
}
