package dev.quorate.storage.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.proto.raftpb.ConfState;
import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.disk.DiskFile;
import dev.quorate.storage.disk.FaultyDisk;
import dev.quorate.storage.disk.FaultyDisk.Fault;
import dev.quorate.storage.disk.FaultyDisk.Operation;
import dev.quorate.storage.disk.MemDisk;
import dev.quorate.storage.disk.RealDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalTest {

    private static final String DIR = "d/member/wal";
    private static final byte[] METADATA = {8, 1, 16, 2};
    private static final WalOptions SMALL = new WalOptions(8_192, 1_024);
    private static final ConfState ONE_VOTER = ConfState.newBuilder().addVoters(1).build();

    private static MemDisk disk() throws IOException {
        MemDisk disk = new MemDisk();
        disk.createDirectories("d/member");
        disk.syncDirectory(".");
        disk.syncDirectory("d");
        return disk;
    }

    private static WalEntry entry(long term, long index, String data) {
        return new WalEntry(0, term, index, data.getBytes(StandardCharsets.UTF_8));
    }

    private static WalEntry sized(long index, int bytes) {
        byte[] data = new byte[bytes];
        new SplittableRandom(index).nextBytes(data);
        return new WalEntry(0, 1, index, data);
    }

    private static String segment(int sequence, long index) {
        return Disk.join(DIR, String.format("%016x-%016x.wal", sequence, index));
    }

    private static byte[] bytes(Disk disk, String path) throws IOException {
        return disk.readAll(path, 1 << 28);
    }

    private static void overwrite(Disk disk, String path, long at, byte[] bytes)
            throws IOException {
        try (DiskFile file = disk.open(path, Disk.OpenMode.WRITE)) {
            file.writeAt(ByteBuffer.wrap(bytes), at);
            file.sync();
        }
    }

    @Test
    void writesTheBytesThatTheFormatPrescribes() throws IOException {
        MemDisk disk = disk();
        try (Wal wal = Wal.create(disk, DIR, METADATA, new WalOptions(64_000_000, 0))) {
            wal.append(new WalHardState(2, 3, 1), List.of(entry(2, 1, "hi"), entry(2, 2, "")));
            wal.sync();
        }
        // Each frame is spelled out: length, record type, checksum, data, padding. The checksums
        // were
        // computed bit by bit with the Castagnoli polynomial, from the data of all records so far.
        int metadata = slowCrc("08011002");
        int start = slowCrc("08011002" + "08001000");
        int first = slowCrc("08011002" + "08001000" + "080010021801" + "22026869");
        int second = slowCrc("0801100208001000" + "08001002180122026869" + "080010021802");
        int state = slowCrc("080110020800100008001002180122026869080010021802" + "080210031801");
        String expected =
                frame("0804" + "1000")
                        + frame("0801" + "10" + varint(metadata) + "1a04" + "08011002")
                        + frame("0805" + "10" + varint(start) + "1a04" + "08001000")
                        + frame("0802" + "10" + varint(first) + "1a0a" + "08001002180122026869")
                        + frame("0802" + "10" + varint(second) + "1a06" + "080010021802")
                        + frame("0803" + "10" + varint(state) + "1a06" + "080210031801");
        assertThat(HexFormat.of().formatHex(bytes(disk, segment(0, 0)))).isEqualTo(expected);
    }

    private static String frame(String record) {
        int length = record.length() / 2;
        int padding = (8 - length % 8) % 8;
        String top = padding == 0 ? "00" : String.format("%02x", 0x80 | padding);
        return String.format("%02x", length) + "000000000000" + top + record + "00".repeat(padding);
    }

    private static String varint(int value) {
        StringBuilder hex = new StringBuilder();
        long rest = value & 0xFFFFFFFFL;
        for (; rest > 0x7F; rest >>= 7) {
            hex.append(String.format("%02x", rest & 0x7F | 0x80));
        }
        return hex.append(String.format("%02x", rest)).toString();
    }

    private static int slowCrc(String hex) {
        int crc = ~0;
        for (byte b : HexFormat.of().parseHex(hex)) {
            crc ^= b & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x82F63B78;
            }
        }
        return ~crc;
    }

    @Test
    void replaysWhatWasAppended() throws IOException {
        MemDisk disk = disk();
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            wal.append(new WalHardState(1, 7, 0), List.of(entry(1, 1, "a"), entry(1, 2, "b")));
            wal.append(null, List.of(new WalEntry(1, 1, 3, new byte[] {9})));
            wal.append(new WalHardState(1, 7, 3), List.of());
            wal.sync();
        }
        Wal.Opened opened = Wal.open(disk, DIR, WalSnapshot.START, SMALL);
        assertThat(opened.replay())
                .isEqualTo(
                        new WalReplay(
                                METADATA,
                                new WalHardState(1, 7, 3),
                                List.of(
                                        entry(1, 1, "a"),
                                        entry(1, 2, "b"),
                                        new WalEntry(1, 1, 3, new byte[] {9}))));
        assertThat(opened.brokenCopy()).isEmpty();
        opened.wal().append(null, List.of(entry(2, 4, "d")));
        opened.wal().close();
        assertThat(Wal.read(disk, DIR, WalSnapshot.START).entries()).hasSize(4);
    }

    @Test
    void aLaterEntryReplacesTheSuffix() throws IOException {
        MemDisk disk = disk();
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            wal.append(null, List.of(entry(1, 1, "a"), entry(1, 2, "b"), entry(1, 3, "c")));
            wal.append(null, List.of(entry(2, 2, "B")));
            assertThat(wal.lastIndex()).isEqualTo(2);
        }
        assertThat(Wal.read(disk, DIR, WalSnapshot.START).entries())
                .containsExactly(entry(1, 1, "a"), entry(2, 2, "B"));
    }

    @Test
    void refusesGapsBeforeWritingThem() throws IOException {
        try (Wal wal = Wal.create(disk(), DIR, METADATA, SMALL)) {
            assertThatThrownBy(() -> wal.append(null, List.of(entry(1, 2, ""))))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> wal.append(null, List.of(entry(1, 1, ""), entry(1, 3, ""))))
                    .isInstanceOf(IllegalStateException.class);
            wal.append(null, List.of(entry(1, 1, "")));
            wal.sync();
        }
    }

    @Test
    void cutsSegmentsAndStartsFromASnapshot() throws IOException {
        MemDisk disk = disk();
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            for (int i = 1; i <= 40; i++) {
                wal.append(new WalHardState(1, 1, i), List.of(sized(i, 1_000)));
                wal.sync();
                if (i % 10 == 0) {
                    wal.saveSnapshot(new WalSnapshot(i, 1, ONE_VOTER));
                }
                if (i == 20) {
                    wal.prepareNextSegment();
                    wal.prepareNextSegment();
                }
            }
        }
        assertThat(disk.list(DIR)).hasSize(6).allMatch(name -> name.endsWith(".wal"));
        assertThat(disk.list(DIR).get(1)).isEqualTo("0000000000000001-0000000000000009.wal");
        assertThat(Wal.validSnapshots(disk, DIR))
                .extracting(WalSnapshot::index)
                .containsExactly(0L, 10L, 20L, 30L, 40L);
        WalSnapshot at = Wal.validSnapshots(disk, DIR).get(3);
        assertThat(at.confState()).isEqualTo(ONE_VOTER);
        Wal.Opened opened = Wal.open(disk, DIR, at, SMALL);
        assertThat(opened.replay().entries()).hasSize(10);
        assertThat(opened.replay().entries().getFirst()).isEqualTo(sized(31, 1_000));
        assertThat(opened.wal().lastIndex()).isEqualTo(40);
        opened.wal().close();
        assertThatThrownBy(() -> Wal.open(disk, DIR, new WalSnapshot(31, 1, ONE_VOTER), SMALL))
                .isInstanceOf(SnapshotNotFoundException.class);
        assertThatThrownBy(() -> Wal.read(disk, DIR, new WalSnapshot(30, 2, ONE_VOTER)))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("term");
    }

    /** A later leader may have its predecessors' older entries where an unlucky one between them has put its own. */
    @Test
    void letsEntriesOfAnEarlierTermReplaceThoseOfALaterOne() throws IOException {
        MemDisk disk = disk();
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            wal.append(new WalHardState(4, 1, 1), List.of(entry(4, 1, "a")));
            wal.append(new WalHardState(5, 2, 1), List.of(entry(5, 2, "b")));
            wal.append(new WalHardState(6, 3, 1), List.of(entry(4, 2, "c"), entry(6, 3, "d")));
            wal.sync();
        }
        Wal.Opened opened = Wal.open(disk, DIR, WalSnapshot.START, SMALL);
        assertThat(opened.replay().entries())
                .containsExactly(entry(4, 1, "a"), entry(4, 2, "c"), entry(6, 3, "d"));
        opened.wal().close();
        assertThat(Wal.validSnapshots(disk, DIR)).hasSize(1);
    }

    /** Uncommitted entries that a snapshot of another member passed over must not come back behind it. */
    @Test
    void forgetsWhatWasBehindTheIndexOfAReceivedSnapshot() throws IOException {
        MemDisk disk = disk();
        WalSnapshot received = new WalSnapshot(2, 3, ONE_VOTER);
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            wal.append(new WalHardState(2, 1, 1), List.of(entry(2, 1, "a"), entry(2, 2, "b")));
            wal.append(new WalHardState(2, 1, 1), List.of(entry(2, 3, "c")));
            wal.saveSnapshot(received);
            wal.append(new WalHardState(3, 1, 2), List.of());
            wal.sync();
        }
        assertThat(Wal.read(disk, DIR, received).entries()).isEmpty();
        Wal.Opened opened = Wal.open(disk, DIR, received, SMALL);
        assertThat(opened.wal().lastIndex()).isEqualTo(2);
        opened.wal().append(new WalHardState(3, 1, 2), List.of(entry(3, 3, "d")));
        opened.wal().sync();
        opened.wal().close();
        assertThat(Wal.read(disk, DIR, received).entries()).containsExactly(entry(3, 3, "d"));
    }

    @Test
    void keepsWhatIsBehindAnOwnSnapshotButNotWhatWasReplaced() throws IOException {
        MemDisk disk = disk();
        WalSnapshot own = new WalSnapshot(2, 3, ONE_VOTER);
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            wal.append(new WalHardState(2, 1, 0), List.of(entry(2, 1, "a"), entry(2, 2, "b")));
            wal.append(new WalHardState(2, 1, 0), List.of(entry(2, 3, "c")));
            wal.append(new WalHardState(3, 1, 0), List.of(entry(3, 2, "d")));
            wal.saveSnapshot(own);
        }
        assertThat(Wal.read(disk, DIR, own).entries()).isEmpty();
        Wal.Opened opened = Wal.open(disk, DIR, own, SMALL);
        opened.wal().append(new WalHardState(3, 1, 2), List.of(entry(3, 3, "e")));
        opened.wal().saveSnapshot(new WalSnapshot(3, 3, ONE_VOTER));
        opened.wal().sync();
        opened.wal().close();
        assertThat(Wal.read(disk, DIR, own).entries()).containsExactly(entry(3, 3, "e"));
    }

    @Test
    void refusesAnEntryOfAnEarlierTermThanTheOneBeforeIt() throws IOException {
        MemDisk disk = disk();
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            wal.append(new WalHardState(5, 1, 0), List.of(entry(5, 1, "a"), entry(4, 2, "b")));
            wal.sync();
        }
        assertThatThrownBy(() -> Wal.open(disk, DIR, WalSnapshot.START, SMALL))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("entry 2 has term 4 behind one of term 5");
    }

    @Test
    void purgesOnlyWhatIsReleased() throws IOException {
        MemDisk disk = disk();
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            for (int i = 1; i <= 40; i++) {
                wal.append(new WalHardState(1, 1, i), List.of(sized(i, 1_000)));
            }
            wal.saveSnapshot(new WalSnapshot(20, 1, ONE_VOTER));
            assertThat(wal.purge(2)).isEmpty();
            wal.releaseTo(20);
            assertThat(wal.purge(2)).containsExactly(segment(0, 0), segment(1, 9));
            assertThat(wal.purge(2)).isEmpty();
            wal.saveSnapshot(new WalSnapshot(40, 1, ONE_VOTER));
            wal.releaseTo(40);
            assertThat(wal.purge(2)).containsExactly(segment(2, 17), segment(3, 25));
        }
        assertThat(Wal.read(disk, DIR, new WalSnapshot(40, 1, ONE_VOTER)).entries()).isEmpty();
    }

    @Test
    void aRecordMayBeLargerThanBufferAndSegment() throws IOException {
        MemDisk disk = disk();
        WalEntry large = sized(1, 3 * FrameWriter.BUFFER_BYTES + 5);
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            wal.append(null, List.of(large, entry(1, 2, "x")));
            wal.append(null, List.of(entry(1, 3, "y")));
        }
        assertThat(Wal.read(disk, DIR, WalSnapshot.START).entries())
                .containsExactly(large, entry(1, 2, "x"), entry(1, 3, "y"));
    }

    @Test
    void everySyncedBatchSurvivesACrashAtEveryStep() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            MemDisk inner = disk();
            List<WalEntry> synced = new ArrayList<>();
            List<WalEntry> written = new ArrayList<>();
            boolean[] created = {false};
            // Every operation on the disk is a boundary at which the power may fail.
            FaultyDisk disk =
                    new FaultyDisk(
                            inner,
                            (operation, _, bytes) -> {
                                if (operation != Operation.READ) {
                                    checkCrash(
                                            inner.crashClone(random), created[0], synced, written);
                                }
                                return bytes;
                            });
            Wal wal = Wal.create(disk, DIR, METADATA, SMALL);
            created[0] = true;
            checkCrash(inner.crashCloneLosingAll(), true, synced, written);
            for (int batch = 0; batch < 12; batch++) {
                List<WalEntry> entries = new ArrayList<>();
                for (int i = random.nextInt(1, 5); i > 0; i--) {
                    long index = written.size() + entries.size() + 1;
                    entries.add(sized(index, random.nextInt(1_500)));
                }
                written.addAll(entries);
                wal.append(new WalHardState(1, 1, synced.size()), entries);
                if (random.nextInt(4) == 0) {
                    wal.prepareNextSegment();
                }
                if (random.nextInt(3) > 0) {
                    wal.sync();
                    synced.clear();
                    synced.addAll(written);
                }
            }
            wal.close();
            checkCrash(inner.crashCloneLosingAll(), true, written, written);
        }
    }

    private static void checkCrash(
            MemDisk crashed, boolean created, List<WalEntry> synced, List<WalEntry> written)
            throws IOException {
        if (!created && !Wal.exists(crashed, DIR)) {
            return;
        }
        Wal.Opened opened = Wal.open(crashed, DIR, WalSnapshot.START, SMALL);
        List<WalEntry> found = List.copyOf(opened.replay().entries());
        assertThat(opened.replay().metadata()).isEqualTo(METADATA);
        assertThat(found.size()).isBetween(synced.size(), written.size());
        assertThat(found).isEqualTo(written.subList(0, found.size()));
        WalEntry next = entry(1, found.size() + 1, "behind the crash");
        opened.wal().append(null, List.of(next));
        opened.wal().close();
        List<WalEntry> continued = new ArrayList<>(found);
        continued.add(next);
        assertThat(Wal.read(crashed.crashCloneLosingAll(), DIR, WalSnapshot.START).entries())
                .isEqualTo(continued);
    }

    @Test
    void aTornRecordIsCutOffAfterACopy() throws IOException {
        MemDisk disk = disk();
        WalEntry torn = sized(2, 2_000);
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            wal.append(null, List.of(sized(1, 100), torn));
        }
        overwrite(disk, segment(0, 0), 1_024, new byte[512]);
        byte[] before = bytes(disk, segment(0, 0));
        assertThat(Wal.read(disk, DIR, WalSnapshot.START).entries()).hasSize(1);
        Wal.Opened opened = Wal.open(disk, DIR, WalSnapshot.START, SMALL);
        assertThat(opened.replay().entries()).containsExactly(sized(1, 100));
        assertThat(opened.brokenCopy()).contains(segment(0, 0) + ".broken");
        assertThat(bytes(disk, segment(0, 0) + ".broken")).isEqualTo(before);
        opened.wal().append(null, List.of(torn));
        opened.wal().close();
        assertThat(Wal.read(disk, DIR, WalSnapshot.START).entries()).hasSize(2);
    }

    @Test
    void aFileThatEndsWithinARecordIsRepaired() throws IOException {
        for (int cut = 1; cut < 120; cut++) {
            MemDisk disk = disk();
            try (Wal wal = Wal.create(disk, DIR, METADATA, new WalOptions(8_192, 0))) {
                wal.append(null, List.of(entry(1, 1, "x"), sized(2, 100)));
            }
            try (DiskFile file = disk.open(segment(0, 0), Disk.OpenMode.WRITE)) {
                file.truncate(file.size() - cut);
            }
            try (Wal wal = Wal.open(disk, DIR, WalSnapshot.START, SMALL).wal()) {
                assertThat(wal.lastIndex()).isEqualTo(1);
            }
        }
    }

    @Test
    void anyFlippedBitIsRefusedOrHarmless() throws IOException {
        MemDisk disk = disk();
        List<WalEntry> entries = new ArrayList<>();
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            for (int i = 1; i <= 30; i++) {
                entries.add(sized(i, i * 7));
                wal.append(new WalHardState(1, 9, i), List.of(entries.getLast()));
            }
        }
        byte[] good = bytes(disk, segment(0, 0));
        int end = good.length;
        while (good[end - 1] == 0) {
            end--;
        }
        // No checksum covers a record's type; only later records tell that one has changed.
        int lastType = end - 24 + 9;
        assertThat(good[lastType]).isEqualTo((byte) RecordType.STATE);
        int refused = 0;
        for (int bit = 0; bit < end * 8; bit++) {
            byte[] damaged = {(byte) (good[bit / 8] ^ 1 << bit % 8)};
            if (bit / 8 == lastType || damaged[0] == 0 && isLonelyLength(good, bit / 8)) {
                continue;
            }
            overwrite(disk, segment(0, 0), bit / 8, damaged);
            try {
                // A bit of padding may stay unnoticed.
                assertThat(Wal.read(disk, DIR, WalSnapshot.START).entries())
                        .as("bit %d", bit)
                        .isEqualTo(entries);
            } catch (CorruptionException e) {
                assertThat(e).hasMessageContaining(segment(0, 0)).hasMessageContaining("offset");
                refused++;
            }
            overwrite(disk, segment(0, 0), bit / 8, new byte[] {good[bit / 8]});
        }
        assertThat(refused).isGreaterThan(end * 7);
    }

    /**
     * A length that is the last of its sector and becomes zero looks exactly like a sector that was
     * written before that record, beside one written after it: no reader can tell.
     */
    private static boolean isLonelyLength(byte[] file, int at) {
        boolean onlyByte = true;
        for (int i = at / 8 * 8; i < at / 8 * 8 + 8; i++) {
            onlyByte &= i == at || file[i] == 0;
        }
        return onlyByte && at / 8 * 8 % Disk.SECTOR_BYTES == Disk.SECTOR_BYTES - 8;
    }

    @Test
    void damageInAnEarlierSegmentIsNeverRepaired() throws IOException {
        MemDisk disk = disk();
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            for (int i = 1; i <= 20; i++) {
                wal.append(null, List.of(sized(i, 1_000)));
            }
        }
        overwrite(disk, segment(0, 0), 2_048, new byte[512]);
        assertThatThrownBy(() -> Wal.open(disk, DIR, WalSnapshot.START, SMALL))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(segment(0, 0));
        disk.delete(segment(1, 9));
        assertThatThrownBy(() -> Wal.open(disk, DIR, WalSnapshot.START, SMALL))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("no segment precedes");
    }

    @Test
    void aFailedSyncPoisonsTheLog() throws IOException {
        FaultyDisk disk = new FaultyDisk(disk(), (_, _, bytes) -> bytes);
        Wal wal = Wal.create(disk, DIR, METADATA, SMALL);
        disk.setFault(Fault.failOnce(Operation.SYNC, 1));
        wal.append(null, List.of(entry(1, 1, "a")));
        assertThatThrownBy(wal::sync).hasMessageContaining("input/output error");
        assertThatThrownBy(wal::sync).rootCause().hasMessageContaining("input/output error");
        assertThatThrownBy(() -> wal.append(null, List.of(entry(1, 2, "b"))))
                .hasMessageContaining("unusable");
        assertThatThrownBy(() -> wal.saveSnapshot(WalSnapshot.START))
                .hasMessageContaining("unusable");
        wal.close();
    }

    @Test
    void aFullDiskPoisonsTheLogAndKeepsWhatWasSynced() throws IOException {
        MemDisk inner = disk();
        FaultyDisk disk = new FaultyDisk(inner, (_, _, bytes) -> bytes);
        Wal wal = Wal.create(disk, DIR, METADATA, SMALL);
        disk.setFault(Fault.fullAfter(5_000));
        List<WalEntry> synced = new ArrayList<>();
        assertThatThrownBy(
                        () -> {
                            while (true) {
                                WalEntry next = sized(synced.size() + 1, 700);
                                wal.append(null, List.of(next));
                                wal.sync();
                                synced.add(next);
                            }
                        })
                .hasMessageContaining("no space left on device");
        wal.close();
        assertThat(synced).isNotEmpty();
        Wal.Opened opened = Wal.open(inner, DIR, WalSnapshot.START, SMALL);
        assertThat(opened.replay().entries()).isEqualTo(synced);
        opened.wal().close();
    }

    @Test
    void aFullDiskDuringPreparationLeavesTheLogUsable() throws IOException {
        MemDisk inner = disk();
        FaultyDisk disk = new FaultyDisk(inner, (_, _, bytes) -> bytes);
        try (Wal wal = Wal.create(disk, DIR, METADATA, SMALL)) {
            disk.setFault(Fault.fullAfter(100));
            assertThatThrownBy(wal::prepareNextSegment).hasMessageContaining("no space left");
            assertThat(inner.list(DIR)).hasSize(1);
            disk.setFault((_, _, bytes) -> bytes);
            wal.append(null, List.of(sized(1, 9_000)));
            wal.append(null, List.of(sized(2, 10)));
        }
        assertThat(Wal.read(inner, DIR, WalSnapshot.START).entries()).hasSize(2);
    }

    @Test
    void theLogIsLockedAndReadersLeaveTheLockAlone(@TempDir Path temp) throws IOException {
        RealDisk disk = new RealDisk();
        String directory = temp.resolve("wal").toString();
        try (Wal wal = Wal.create(disk, directory, METADATA)) {
            wal.append(new WalHardState(1, 1, 1), List.of(entry(1, 1, "a")));
            wal.sync();
            assertThat(Wal.read(disk, directory, WalSnapshot.START).entries()).hasSize(1);
            assertThat(Wal.validSnapshots(disk, directory)).hasSize(1);
            for (Disk other : List.of(disk, new RealDisk())) {
                assertThatThrownBy(() -> Wal.open(other, directory, WalSnapshot.START))
                        .hasMessageContaining("another process uses this log");
            }
        }
        Wal.open(disk, directory, WalSnapshot.START).wal().close();
        assertThatThrownBy(() -> Wal.create(disk, directory, METADATA))
                .hasMessageContaining("holds a log already");
    }

    @Test
    void anEmptyDirectoryIsUsedInPlace() throws IOException {
        MemDisk disk = disk();
        disk.createDirectories(DIR);
        disk.syncDirectory("d/member");
        Wal.create(disk, DIR, METADATA, SMALL).close();
        assertThat(disk.crashCloneLosingAll().list(DIR))
                .containsExactly("0000000000000000-0000000000000000.wal");
    }
}
