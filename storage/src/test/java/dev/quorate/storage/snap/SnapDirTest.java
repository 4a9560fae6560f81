package dev.quorate.storage.snap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.quorate.proto.raftpb.ConfState;
import dev.quorate.proto.raftpb.Snapshot;
import dev.quorate.proto.raftpb.SnapshotMetadata;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.disk.DiskFile;
import dev.quorate.storage.disk.FaultyDisk;
import dev.quorate.storage.disk.FaultyDisk.Fault;
import dev.quorate.storage.disk.FaultyDisk.Operation;
import dev.quorate.storage.disk.MemDisk;
import dev.quorate.storage.wal.WalSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapDirTest {

    private final MemDisk disk = new MemDisk();
    private final SnapDir snaps = new SnapDir(disk, "snap");

    @BeforeEach
    void createDirectory() throws IOException {
        disk.createDirectories("snap");
        disk.syncDirectory(".");
    }

    private static Snapshot snapshotAt(long term, long index) {
        return Snapshot.newBuilder()
                .setData(ByteString.copyFromUtf8("{}"))
                .setMetadata(
                        SnapshotMetadata.newBuilder()
                                .setConfState(ConfState.newBuilder().addVoters(1))
                                .setIndex(index)
                                .setTerm(term))
                .build();
    }

    private void flip(String path, long at) throws IOException {
        try (DiskFile file = disk.open(path, Disk.OpenMode.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.readAt(one, at);
            file.writeAt(ByteBuffer.wrap(new byte[] {(byte) (one.get(0) ^ 1)}), at);
        }
    }

    @Test
    void writesTheBytesThatTheFormatPrescribes() throws IOException {
        snaps.save(snapshotAt(2, 3));
        byte[] file = disk.readAll("snap/0000000000000002-0000000000000003.snap", 1 << 20);
        // crc (field 1), then data (field 2): "{}" and {conf_state {voters 1}, index 3, term 2}
        assertThat(HexFormat.of().formatHex(file))
                .matches("08([89a-f][0-9a-f]){0,4}[0-7][0-9a-f]120e0a027b7d12080a02080110031802");
    }

    @Test
    void loadsTheNewestThatIsSoundAndKnown() throws IOException {
        assertThat(snaps.loadNewest()).isEmpty();
        snaps.save(snapshotAt(1, 20));
        snaps.save(snapshotAt(2, 10));
        snaps.save(snapshotAt(2, 30));
        assertThat(snaps.loadNewest()).contains(snapshotAt(2, 30));
        assertThat(
                        snaps.loadNewestAmong(
                                List.of(
                                        new WalSnapshot(10, 2, null),
                                        new WalSnapshot(20, 1, null),
                                        new WalSnapshot(30, 9, null))))
                .contains(snapshotAt(2, 10));
        assertThat(snaps.loadNewestAmong(List.of(WalSnapshot.START))).isEmpty();
        assertThat(disk.crashCloneLosingAll().list("snap")).hasSize(3);
    }

    @Test
    void putsDamagedFilesAside() throws IOException {
        snaps.save(snapshotAt(1, 10));
        snaps.save(snapshotAt(1, 20));
        disk.open("snap/0000000000000001-0000000000000030.snap", Disk.OpenMode.CREATE).close();
        flip("snap/0000000000000001-0000000000000014.snap", 12);
        assertThat(snaps.loadNewest()).contains(snapshotAt(1, 10));
        assertThat(disk.list("snap"))
                .containsExactly(
                        "0000000000000001-000000000000000a.snap",
                        "0000000000000001-0000000000000014.snap.broken",
                        "0000000000000001-0000000000000030.snap.broken");
    }

    @Test
    void purgesByCount() throws IOException {
        for (int i = 1; i <= 7; i++) {
            snaps.save(snapshotAt(1, i));
            snaps.receiveDb(new ByteArrayInputStream(new byte[i]), i);
        }
        assertThat(snaps.purge(5)).hasSize(2);
        assertThat(snaps.purgeDbs(6)).containsExactly(snaps.dbPath(1));
        assertThat(snaps.deleteDbsBelow(4)).containsExactly(snaps.dbPath(2), snaps.dbPath(3));
        assertThat(snaps.findDb(4)).contains("snap/0000000000000004.snap.db");
        assertThat(snaps.findDb(3)).isEmpty();
        assertThat(snaps.loadNewest()).contains(snapshotAt(1, 7));
    }

    @Test
    void aBrokenTransferLeavesNothing() throws IOException {
        InputStream broken =
                new InputStream() {
                    private int left = 5_000;

                    @Override
                    public int read() throws IOException {
                        if (left-- == 0) {
                            throw new IOException("connection reset");
                        }
                        return 1;
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        target[offset] = (byte) read();
                        return 1;
                    }
                };
        assertThatThrownBy(() -> snaps.receiveDb(broken, 9)).hasMessage("connection reset");
        assertThat(disk.list("snap")).isEmpty();
        assertThat(snaps.receiveDb(new ByteArrayInputStream(new byte[100]), 9)).isEqualTo(100);
        assertThat(disk.crashCloneLosingAll().readAll(snaps.dbPath(9), 100)).hasSize(100);
    }

    @Test
    void afterAFailedSaveTheOlderOneCounts() throws IOException {
        snaps.save(snapshotAt(1, 1));
        for (Fault fault : List.of(Fault.fullAfter(10), Fault.failOnce(Operation.SYNC, 1))) {
            SnapDir failing = new SnapDir(new FaultyDisk(disk, fault), "snap");
            assertThatThrownBy(() -> failing.save(snapshotAt(1, 2)))
                    .isInstanceOf(IOException.class);
            assertThat(disk.list("snap")).hasSize(1);
        }
        assertThat(snaps.loadNewest()).contains(snapshotAt(1, 1));
    }

    @Test
    void removesLeftovers() throws IOException {
        for (String name : List.of("tmp123", "db.tmp.45", "db", "x.snap")) {
            disk.open(Disk.join("snap", name), Disk.OpenMode.CREATE).close();
        }
        assertThat(snaps.removeLeftovers()).containsExactly("snap/db.tmp.45", "snap/tmp123");
        assertThat(disk.list("snap")).containsExactly("db", "x.snap");
    }
}
