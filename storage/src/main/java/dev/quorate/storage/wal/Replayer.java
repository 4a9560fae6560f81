package dev.quorate.storage.wal;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.raftpb.ConfState;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.wal.ProtoFields.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs over the records of consecutive segments and keeps what they add up to. */
final class Replayer {
    private static final long UNKNOWN = -1;

    private final WalSnapshot start;
    private final List<WalEntry> entries = new ArrayList<>();
    private final List<WalSnapshot> snapshots = new ArrayList<>();
    private final boolean keepEntries;
    private byte @Nullable [] metadata;
    private WalHardState state = WalHardState.EMPTY;
    private boolean startFound;
    private long lastIndex;

    private String endPath = "";
    private long endOffset;
    private int endCrc;
    private boolean torn;

    /** The term of the entry at which the replay begins, as far as the records up to now tell. */
    private long termAtStart;

    private Replayer(WalSnapshot start, boolean keepEntries) {
        this.start = start;
        this.keepEntries = keepEntries;
        this.lastIndex = keepEntries ? start.index() : 0;
        this.termAtStart = start.index() == 0 ? start.term() : UNKNOWN;
    }

    /** Replays the log behind a snapshot. */
    static Replayer behind(
            WalSnapshot start, Disk disk, String directory, List<SegmentName> segments)
            throws IOException {
        Replayer replayer = new Replayer(start, true);
        replayer.run(disk, directory, segments);
        return replayer;
    }

    /** Reads everything for its snapshot records and last state; keeps no entries. */
    static Replayer survey(Disk disk, String directory, List<SegmentName> segments)
            throws IOException {
        Replayer replayer = new Replayer(WalSnapshot.START, false);
        replayer.run(disk, directory, segments);
        return replayer;
    }

    private void run(Disk disk, String directory, List<SegmentName> segments) throws IOException {
        try (SegmentScanner scanner = new SegmentScanner(disk, directory, segments)) {
            while (scanner.next()) {
                try {
                    accept(scanner);
                } catch (MalformedException | InvalidProtocolBufferException e) {
                    throw Damage.at(
                            scanner.path(),
                            scanner.recordOffset(),
                            "a record of type "
                                    + scanner.type()
                                    + " does not parse ("
                                    + e.getMessage()
                                    + ")",
                            e);
                }
            }
            endPath = scanner.path();
            endOffset = scanner.endOffset();
            endCrc = scanner.crcValue();
            torn = scanner.torn();
        }
    }

    private void accept(SegmentScanner scanner)
            throws MalformedException, InvalidProtocolBufferException {
        switch (scanner.type()) {
            case RecordType.METADATA -> onMetadata(scanner);
            case RecordType.ENTRY -> onEntry(scanner);
            case RecordType.STATE -> state = scanner.fields().hardState();
            case RecordType.SNAPSHOT -> onSnapshot(scanner);
            default -> {} // a head: its checksum has been verified by the scanner
        }
    }

    private void onMetadata(SegmentScanner scanner) {
        byte[] found = scanner.data();
        if (metadata != null && !Arrays.equals(metadata, found)) {
            throw Damage.at(
                    scanner.path(),
                    scanner.recordOffset(),
                    "the metadata differs from that of earlier segments: the files belong to"
                            + " different members");
        }
        metadata = found;
    }

    private void onEntry(SegmentScanner scanner) throws MalformedException {
        WalEntry entry = scanner.fields().entry();
        if (!keepEntries) {
            return;
        }
        if (entry.index() <= start.index()) {
            // Whatever was behind it is replaced with it.
            forgetEntries();
            termAtStart = entry.index() == start.index() ? entry.term() : UNKNOWN;
            return;
        }
        if (entry.index() <= state.commit()) {
            throw Damage.at(
                    scanner.path(),
                    scanner.recordOffset(),
                    "entry "
                            + entry.index()
                            + " replaces one that was committed (up to "
                            + state.commit()
                            + ")");
        }
        long position = entry.index() - start.index() - 1;
        if (position > entries.size()) {
            throw Damage.at(
                    scanner.path(),
                    scanner.recordOffset(),
                    "entry "
                            + entry.index()
                            + " follows entry "
                            + (start.index() + entries.size()));
        }
        // What it replaces may be of a later term: that of a leader whom nobody else followed.
        long termBefore = position == 0 ? termAtStart : entries.get((int) position - 1).term();
        if (entry.term() < termBefore) {
            throw Damage.at(
                    scanner.path(),
                    scanner.recordOffset(),
                    "entry "
                            + entry.index()
                            + " has term "
                            + entry.term()
                            + " behind one of term "
                            + termBefore);
        }
        entries.subList((int) position, entries.size()).clear();
        entries.add(entry);
        lastIndex = entry.index();
    }

    private void onSnapshot(SegmentScanner scanner)
            throws MalformedException, InvalidProtocolBufferException {
        WalSnapshot snapshot = snapshot(scanner.data());
        snapshots.add(snapshot);
        if (!keepEntries || snapshot.index() != start.index()) {
            return;
        }
        if (snapshot.term() != start.term()) {
            throw Damage.at(
                    scanner.path(),
                    scanner.recordOffset(),
                    "the snapshot at index "
                            + snapshot.index()
                            + " has term "
                            + snapshot.term()
                            + ", its file has "
                            + start.term());
        }
        startFound = true;
        if (termAtStart != start.term()) {
            // It came from another member: what is behind it here was not behind it there.
            forgetEntries();
            termAtStart = start.term();
        }
    }

    private void forgetEntries() {
        entries.clear();
        lastIndex = start.index();
    }

    private static WalSnapshot snapshot(byte[] data)
            throws MalformedException, InvalidProtocolBufferException {
        ProtoFields fields = new ProtoFields(data, 0, data.length);
        long index = 0;
        long term = 0;
        ConfState confState = null;
        while (fields.next()) {
            switch (fields.field << 3 | fields.wireType) {
                case 1 << 3 | ProtoFields.WIRE_VARINT -> index = fields.value;
                case 2 << 3 | ProtoFields.WIRE_VARINT -> term = fields.value;
                case 3 << 3 | ProtoFields.WIRE_BYTES ->
                        confState =
                                ConfState.parseFrom(
                                        ByteBuffer.wrap(
                                                data, fields.valueOffset, fields.valueLength));
                default -> throw new MalformedException("a snapshot has field " + fields.field);
            }
        }
        return new WalSnapshot(index, term, confState);
    }

    /** Everything behind the snapshot. */
    WalReplay result(String directory) throws IOException {
        if (!startFound) {
            throw new SnapshotNotFoundException(directory, start);
        }
        return new WalReplay(metadata(), state, entries);
    }

    byte[] metadata() {
        byte[] found = metadata;
        if (found == null) {
            throw Damage.at(endPath, endOffset, "no segment holds metadata");
        }
        return found;
    }

    /** Snapshot records up to the last commit index, in the order written. */
    List<WalSnapshot> validSnapshots() {
        List<WalSnapshot> valid = new ArrayList<>();
        for (WalSnapshot snapshot : snapshots) {
            if (snapshot.index() <= state.commit()) {
                valid.add(snapshot);
            }
        }
        return valid;
    }

    WalHardState state() {
        return state;
    }

    long lastIndex() {
        return lastIndex;
    }

    /** The last segment read. */
    String endPath() {
        return endPath;
    }

    /** Behind the last good record of the last segment. */
    long endOffset() {
        return endOffset;
    }

    int endCrc() {
        return endCrc;
    }

    /** Whether the last segment ends in a record that a crash has cut off. */
    boolean torn() {
        return torn;
    }
}
