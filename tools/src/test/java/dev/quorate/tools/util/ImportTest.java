package dev.quorate.tools.util;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.Metadata;
import dev.quorate.proto.etcdserverpb.Request;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.proto.raftpb.ConfChangeType;
import dev.quorate.storage.disk.RealDisk;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.LmdbEngine;
import dev.quorate.storage.engine.ReadView;
import dev.quorate.storage.engine.WriteBatch;
import dev.quorate.storage.wal.Wal;
import dev.quorate.storage.wal.WalEntry;
import dev.quorate.storage.wal.WalHardState;
import dev.quorate.storage.wal.WalOptions;
import dev.quorate.storage.wal.WalSnapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories as members of etcd leave them, made here with the same records and the same log. */
final class ImportTest {
    private static final long MEMBER = 0xf2bd36b70434293dL;
    private static final long CLUSTER = 0xb7c9a1d2e3f40516L;
    private static final byte[] METADATA =
            Metadata.newBuilder().setNodeID(MEMBER).setClusterID(CLUSTER).build().toByteArray();

    @TempDir Path dir;

    /** One change of members, what the member published of itself as 3.4 does it, and empty entries up to {@code last}. */
    private Path etcd(WriteBatch records, int last) throws IOException {
        Path data = dir.resolve("etcd");
        Files.createDirectories(data.resolve("member/snap"));
        Files.write(data.resolve("member/snap/db"), Fixture.database(records));
        List<WalEntry> entries = new ArrayList<>();
        byte[] addition =
                ConfChange.newBuilder()
                        .setType(ConfChangeType.ConfChangeAddNode)
                        .setNodeId(MEMBER)
                        .setContext(
                                ByteString.copyFromUtf8(
                                        "{\"id\":17491196687454316861,\"peerURLs\":[\"http://127.0.0.1:23012\"],\"name\":\"m1\"}"))
                        .build()
                        .toByteArray();
        byte[] published =
                Request.newBuilder()
                        .setID(7)
                        .setMethod("PUT")
                        .setPath("/0/members/f2bd36b70434293d/attributes")
                        .setVal("{\"name\":\"m1\",\"clientURLs\":[\"http://127.0.0.1:23011\"]}")
                        .build()
                        .toByteArray();
        entries.add(new WalEntry(1, 1, 1, addition));
        entries.add(new WalEntry(0, 2, 2, published));
        for (int i = 3; i <= last; i++) {
            entries.add(new WalEntry(0, 2, i, new byte[0]));
        }
        Wal.create(
                        new RealDisk(),
                        data.resolve("member/wal").toString(),
                        METADATA,
                        WalOptions.DEFAULT,
                        new WalHardState(2, MEMBER, last),
                        entries)
                .close();
        return data;
    }

    /** The records as 3.4 keeps them: without term, configuration and version, and with members of another time. */
    private static WriteBatch records34() {
        WriteBatch batch = Fixture.records();
        for (String name : List.of("term", "confState", "storageVersion")) {
            batch.delete(Bucket.META, Fixture.ascii(name));
        }
        batch.delete(Bucket.MEMBERS, Fixture.ascii("f2bd36b70434293d"));
        batch.put(
                Bucket.MEMBERS,
                Fixture.ascii("1"),
                Fixture.ascii("{\"id\":1,\"peerURLs\":[\"http://old:2380\"],\"name\":\"old\"}"));
        return batch;
    }

    @Test
    void aMemberIsTakenOverWithItsIdsItsLogAndItsKeys() throws IOException {
        Path etcd = etcd(Fixture.records(), 16);
        Map<String, Long> before = files(etcd);
        Path data = dir.resolve("data");
        Fixture.Run run = Fixture.run("import", etcd, "--data-dir", data, "-w", "json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .isEqualTo(
                        "{\"memberID\":\"f2bd36b70434293d\",\"clusterID\":\"b7c9a1d2e3f40516\",\"version\":\"3.7.0\","
                                + "\"records\":12,\"revision\":10,\"compactRevision\":8,\"totalKey\":2,\"hash\":599938654,"
                                + "\"leases\":1,\"users\":0,\"roles\":0,\"authEnabled\":false,\"members\":1,\"appliedIndex\":15,"
                                + "\"lastIndex\":16}\n");
        var log =
                Wal.read(new RealDisk(), data.resolve("member/wal").toString(), WalSnapshot.START);
        assertThat(log.metadata()).isEqualTo(METADATA);
        assertThat(log.entries()).hasSize(16);
        assertThat(log.hardState()).isEqualTo(new WalHardState(2, MEMBER, 16));
        assertThat(Fixture.run("hashkv", data).out()).isEqualTo("599938654, 10, 8\n");
        assertThat(files(etcd)).as("the source is only read").isEqualTo(before);
    }

    @Test
    void membersOf34AreWorkedOutFromTheLog() throws IOException {
        Path data = dir.resolve("data");
        Fixture.Run run = Fixture.run("import", etcd(records34(), 16), "--data-dir", data);
        assertThat(run.code()).as(run.err()).isZero();
        try (LmdbEngine engine = LmdbEngine.open(data.resolve("member/engine"));
                ReadView view = engine.read()) {
            assertThat(view.count(Bucket.MEMBERS)).isEqualTo(1);
            assertThat(view.count(Bucket.MEMBERS_REMOVED)).isZero();
            assertThat(text(view.get(Bucket.MEMBERS, Fixture.ascii("f2bd36b70434293d"))))
                    .isEqualTo(
                            "{\"id\":17491196687454316861,\"peerURLs\":[\"http://127.0.0.1:23012\"],\"name\":\"m1\","
                                    + "\"clientURLs\":[\"http://127.0.0.1:23011\"]}");
            assertThat(text(view.get(Bucket.META, Fixture.ascii("confState"))))
                    .isEqualTo("{\"voters\":[17491196687454316861],\"auto_leave\":false}");
            assertThat(view.get(Bucket.META, Fixture.ascii("term"))).isEqualTo(Fixture.number(2));
        }
    }

    private static String text(byte[] value) {
        return new String(Objects.requireNonNull(value), StandardCharsets.UTF_8);
    }

    @Test
    void aDatabaseThatIsAheadOfItsLogIsRefused() throws IOException {
        assertRefused(
                etcd(Fixture.records(), 14),
                "the log ends at entry 14, but the database holds entries up to 15: they do not belong together");
    }

    @Test
    void aRunningMemberIsLeftAlone() throws IOException {
        Path etcd = etcd(Fixture.records(), 16);
        String wal = etcd.resolve("member/wal").toString();
        try (Wal _ = Wal.open(new RealDisk(), wal, WalSnapshot.START).wal()) {
            assertRefused(etcd, "is locked: stop the member that uses this directory first");
        }
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        assertRefused(dir, "stat " + dir + "/member/snap/db: no such file or directory");
        Path etcd = etcd(Fixture.records(), 16);
        assertRefused(
                etcd,
                "there is no write-ahead log in " + dir.resolve("nowhere"),
                "--source-wal-dir",
                dir.resolve("nowhere"));
        Path database = etcd.resolve("member/snap/db");
        byte[] bytes = Files.readAllBytes(database);
        bytes[3 * 4096 + 8] = 77;
        Files.write(database, bytes);
        assertRefused(etcd, "neither branch nor leaf");
    }

    private void assertRefused(Path etcd, String message, Object... more) {
        Path data = dir.resolve("data");
        List<Object> words = new ArrayList<>(List.of("import", etcd, "--data-dir", data));
        words.addAll(List.of(more));
        Fixture.Run run = Fixture.run(words.toArray());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Error: ", message);
        assertThat(data.resolve("member")).as("nothing is left").doesNotExist();
    }

    private static Map<String, Long> files(Path root) throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                sizes.put(path.toString(), Files.isDirectory(path) ? -1 : Files.size(path));
            }
        }
        return sizes;
    }
}
