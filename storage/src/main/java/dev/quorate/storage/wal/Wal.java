package dev.quorate.storage.wal;

import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A write-ahead log that is open for appending.
 *
 * <p><b>Threads.</b> One thread, the WAL writer, owns the log: {@link #append}, {@link #sync},
 * {@link #saveSnapshot}, {@link #releaseTo} and {@link #close} are its. Beside it, any thread may
 * call {@link #prepareNextSegment} and {@link #purge}. The owner must not be interrupted.
 *
 * <p><b>Failures.</b> After an I/O error nobody knows what the files hold (a failed sync may have
 * dropped the pages). The first error is therefore final: every later call fails with it as cause,
 * until the log is opened anew.
 */
public final class Wal implements Closeable {

    private static final String TEMPORARY = ".tmp";
    private static final String BROKEN = ".broken";
    private static final int COPY_BYTES = 1 << 20;

    /** A prepared segment is synced in pieces, lest it delay the syncs of the current one. */
    private static final int PREPARE_STEP_BYTES = 4 << 20;

    /**
     * An opened log and what it held.
     *
     * @param wal ready for appending behind the last record
     * @param replay what it holds behind the snapshot
     * @param brokenCopy where the last segment was copied before a torn record was cut off
     */
    public record Opened(Wal wal, WalReplay replay, Optional<String> brokenCopy) {}

    private record Segment(SegmentName name, DiskFile file) {}

    private record Prepared(String path, DiskFile file, long filledTo) {}

    private final Disk disk;
    private final String directory;
    private final WalOptions options;
    private final byte[] metadata;
    private final FrameWriter writer;

    /** Locked segments, oldest first; the last one is written. */
    private final ArrayDeque<Segment> locked = new ArrayDeque<>();

    private long lastIndex;
    private WalHardState lastState;
    private @Nullable Throwable failure;

    /** Segments before this sequence may be purged. */
    private volatile long firstLockedSequence;

    private final AtomicReference<@Nullable Prepared> prepared = new AtomicReference<>();
    private final Object prepareLock = new Object();
    private long preparedCount;
    private volatile boolean closed;

    private Wal(
            Disk disk,
            String directory,
            WalOptions options,
            byte[] metadata,
            FrameWriter writer,
            List<Segment> segments,
            long lastIndex,
            WalHardState lastState) {
        this.disk = disk;
        this.directory = directory;
        this.options = options;
        this.metadata = metadata;
        this.writer = writer;
        this.locked.addAll(segments);
        this.firstLockedSequence = segments.getFirst().name().sequence();
        this.lastIndex = lastIndex;
        this.lastState = lastState;
    }

    /** Whether the directory holds a log. */
    public static boolean exists(Disk disk, String directory) throws IOException {
        return disk.isDirectory(directory) && !SegmentName.among(disk.list(directory)).isEmpty();
    }

    /** {@link #create(Disk, String, byte[], WalOptions)} with etcd's sizes. */
    public static Wal create(Disk disk, String directory, byte[] metadata) throws IOException {
        return create(disk, directory, metadata, WalOptions.DEFAULT);
    }

    /**
     * Creates a log; after a crash it is there with its head, or not at all.
     *
     * @param metadata opaque bytes repeated in every segment ({@code etcdserverpb.Metadata})
     * @throws IOException also when the directory holds a log already
     */
    public static Wal create(Disk disk, String directory, byte[] metadata, WalOptions options)
            throws IOException {
        return create(disk, directory, metadata, options, WalHardState.EMPTY, List.of());
    }

    /**
     * As {@link #create(Disk, String, byte[], WalOptions)}, with first records: after a crash they are all there, or there is no log. A
     * log without the entries that name the first members would be one that nobody can lead.
     *
     * @param entries from index 1 on, without a gap
     */
    public static Wal create(
            Disk disk,
            String directory,
            byte[] metadata,
            WalOptions options,
            WalHardState state,
            List<WalEntry> entries)
            throws IOException {
        if (exists(disk, directory)) {
            throw new IOException("wal: " + directory + " holds a log already");
        }
        // A directory that is there may be a mount point, which cannot be renamed onto.
        boolean inPlace = disk.isDirectory(directory);
        String building = inPlace ? directory : directory + TEMPORARY;
        SegmentName name = new SegmentName(0, 0);
        String first = Disk.join(building, inPlace ? "0" + TEMPORARY : name.fileName());
        if (!inPlace) {
            disk.deleteTree(building);
            disk.createDirectories(building);
        }
        disk.delete(first);
        DiskFile file = disk.open(first, Disk.OpenMode.CREATE_NEW);
        try {
            lock(file);
            FrameWriter writer =
                    new FrameWriter(file, 0, 0, options.segmentBytes(), 0, options.fillStepBytes());
            writer.crc();
            writer.metadata(metadata);
            writer.snapshot(WalSnapshot.START);
            for (WalEntry entry : entries) {
                writer.entry(entry);
            }
            if (!state.isEmpty()) {
                writer.state(state);
            }
            writer.flush();
            file.sync();
            if (inPlace) {
                disk.rename(first, Disk.join(directory, name.fileName()));
            }
            disk.syncDirectory(building);
            if (!inPlace) {
                disk.rename(building, directory);
            }
            disk.syncDirectory(Disk.parent(directory));
            return new Wal(
                    disk,
                    directory,
                    options,
                    metadata.clone(),
                    writer,
                    List.of(new Segment(name, file)),
                    entries.isEmpty() ? 0 : entries.getLast().index(),
                    state);
        } catch (IOException | RuntimeException e) {
            closeAfter(e, file);
            throw e;
        }
    }

    /** {@link #open(Disk, String, WalSnapshot, WalOptions)} with etcd's sizes. */
    public static Opened open(Disk disk, String directory, WalSnapshot at) throws IOException {
        return open(disk, directory, at, WalOptions.DEFAULT);
    }

    /**
     * Opens a log, replays it behind a snapshot and makes it ready for appending. A record cut off
     * by a crash at the very end is removed, once, after the segment has been copied.
     *
     * @param at a snapshot of which the log has a record, e.g. one of {@link #validSnapshots}
     * @throws SnapshotNotFoundException if it has none
     * @throws dev.quorate.storage.CorruptionException if durable records have been damaged
     * @throws IOException also when another process holds the log
     */
    public static Opened open(Disk disk, String directory, WalSnapshot at, WalOptions options)
            throws IOException {
        List<SegmentName> names = segmentsFrom(disk, directory, at.index());
        ArrayDeque<Segment> segments = new ArrayDeque<>();
        try {
            for (SegmentName name : names) {
                String path = Disk.join(directory, name.fileName());
                DiskFile file = disk.open(path, Disk.OpenMode.WRITE);
                segments.add(new Segment(name, file));
                lock(file);
            }
            DiskFile last = segments.getLast().file();
            Replayer replayer = Replayer.behind(at, disk, directory, names);
            Optional<String> brokenCopy = Optional.empty();
            if (replayer.torn()) {
                brokenCopy = Optional.of(cutTornRecord(disk, last, replayer.endOffset()));
                replayer = Replayer.behind(at, disk, directory, names);
                if (replayer.torn()) {
                    throw Damage.at(last.path(), replayer.endOffset(), "torn again after repair");
                }
            }
            WalReplay replay = replayer.result(directory);
            clearTail(last, replayer.endOffset());
            removeLeftovers(disk, directory);
            FrameWriter writer =
                    new FrameWriter(
                            last,
                            replayer.endOffset(),
                            replayer.endOffset(),
                            options.segmentBytes(),
                            replayer.endCrc(),
                            options.fillStepBytes());
            Wal wal =
                    new Wal(
                            disk,
                            directory,
                            options,
                            replay.metadata(),
                            writer,
                            List.copyOf(segments),
                            replayer.lastIndex(),
                            replay.hardState());
            return new Opened(wal, replay, brokenCopy);
        } catch (IOException | RuntimeException e) {
            for (Segment segment : segments) {
                closeAfter(e, segment.file());
            }
            throw e;
        }
    }

    /** Replays a log behind a snapshot without changing or locking it; a torn end is ignored. */
    public static WalReplay read(Disk disk, String directory, WalSnapshot at) throws IOException {
        return Replayer.behind(at, disk, directory, segmentsFrom(disk, directory, at.index()))
                .result(directory);
    }

    /**
     * The snapshots from which a log can be started: all that it records up to the last commit
     * index, oldest first. Nothing is changed or locked.
     */
    public static List<WalSnapshot> validSnapshots(Disk disk, String directory) throws IOException {
        List<SegmentName> names = contiguous(directory, segments(disk, directory));
        return Replayer.survey(disk, directory, names).validSnapshots();
    }

    private static List<SegmentName> segments(Disk disk, String directory) throws IOException {
        List<SegmentName> names = SegmentName.among(disk.list(directory));
        if (names.isEmpty()) {
            throw new IOException("wal: file not found: " + directory + " holds no log");
        }
        return names;
    }

    /** The segments from the last one that starts at or before an index. */
    private static List<SegmentName> segmentsFrom(Disk disk, String directory, long index)
            throws IOException {
        List<SegmentName> names = segments(disk, directory);
        for (int i = names.size() - 1; i >= 0; i--) {
            if (names.get(i).firstIndex() <= index) {
                return contiguous(directory, names.subList(i, names.size()));
            }
        }
        throw new IOException(
                "wal: file not found: no segment in "
                        + directory
                        + " reaches back to index "
                        + index);
    }

    private static List<SegmentName> contiguous(String directory, List<SegmentName> names) {
        for (int i = 1; i < names.size(); i++) {
            if (names.get(i).sequence() != names.get(i - 1).sequence() + 1) {
                throw Damage.at(
                        Disk.join(directory, names.get(i).fileName()),
                        0,
                        "no segment precedes this one, but an older one is there");
            }
        }
        return names;
    }

    private static void lock(DiskFile file) throws IOException {
        if (!file.tryLock()) {
            throw new IOException(
                    "wal: " + file.path() + " is locked: another process uses this log");
        }
    }

    /** Copies the file for the operator, then cuts it; returns the name of the copy. */
    private static String cutTornRecord(Disk disk, DiskFile file, long end) throws IOException {
        String copyPath = file.path() + BROKEN;
        disk.delete(copyPath);
        try (DiskFile copy = disk.open(copyPath, Disk.OpenMode.CREATE_NEW)) {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            for (long at = 0; file.readAt(buffer.clear(), at) > 0; at += buffer.limit()) {
                copy.writeAt(buffer.flip(), at);
            }
            copy.sync();
        }
        file.truncate(end);
        file.sync();
        return copyPath;
    }

    /** Removes what lies behind the last record, e.g. sectors of a batch whose start was lost. */
    private static void clearTail(DiskFile file, long end) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        for (long at = end; file.readAt(buffer.clear(), at) > 0; at += buffer.limit()) {
            buffer.flip();
            ByteBuffer zeros = ByteBuffer.allocate(buffer.limit());
            if (buffer.mismatch(zeros) >= 0) {
                file.truncate(end);
                file.sync();
                return;
            }
        }
    }

    private static void removeLeftovers(Disk disk, String directory) throws IOException {
        for (String name : disk.list(directory)) {
            if (name.endsWith(TEMPORARY)) {
                disk.delete(Disk.join(directory, name));
            }
        }
    }

    /**
     * Adds entries and then, if given and not empty, a state. The records may stay in a buffer
     * until {@link #sync}; when the segment has reached its size, everything is synced and the next
     * one begins.
     *
     * @param state null when it has not changed
     * @param entries contiguous; the first may have an index that was used before, and then
     *     replaces that entry and all behind it
     */
    public void append(@Nullable WalHardState state, List<WalEntry> entries) throws IOException {
        checkUsable();
        checkOrder(entries);
        try {
            for (int i = 0; i < entries.size(); i++) {
                WalEntry entry = entries.get(i);
                writer.entry(entry);
                lastIndex = entry.index();
            }
            if (state != null && !state.isEmpty()) {
                writer.state(state);
                lastState = state;
            }
            cutIfFull();
        } catch (IOException | RuntimeException | Error e) {
            poison(e);
            throw e;
        }
    }

    private void checkOrder(List<WalEntry> entries) {
        long expected = lastIndex + 1;
        for (int i = 0; i < entries.size(); i++) {
            long index = entries.get(i).index();
            if (i == 0 ? index < 1 || index > expected : index != expected) {
                throw new IllegalStateException(
                        "entry " + index + " appended behind entry " + (expected - 1));
            }
            expected = index + 1;
        }
    }

    /** Makes everything appended so far durable. */
    public void sync() throws IOException {
        checkUsable();
        try {
            flushAndSync();
        } catch (IOException | RuntimeException | Error e) {
            poison(e);
            throw e;
        }
    }

    private void flushAndSync() throws IOException {
        writer.flush();
        writer.file().sync();
    }

    /**
     * Records durably that a snapshot exists. Call it only after the snapshot itself is durable.
     *
     * @param snapshot with its configuration, unless it is the beginning of the log
     */
    public void saveSnapshot(WalSnapshot snapshot) throws IOException {
        checkUsable();
        if (snapshot.index() > 0 && snapshot.confState() == null) {
            throw new IllegalArgumentException(
                    "snapshot at index " + snapshot.index() + " without a configuration");
        }
        try {
            writer.snapshot(snapshot);
            lastIndex = Math.max(lastIndex, snapshot.index());
            flushAndSync();
            cutIfFull();
        } catch (IOException | RuntimeException | Error e) {
            poison(e);
            throw e;
        }
    }

    private void cutIfFull() throws IOException {
        if (writer.offset() < options.segmentBytes()) {
            return;
        }
        writer.flush();
        writer.file().truncate(writer.offset());
        writer.file().sync();
        Prepared ready = prepared.getAndSet(null);
        Prepared next = ready != null ? ready : createTemporary("cut" + TEMPORARY, 0);
        writer.switchTo(next.file(), next.filledTo());
        writer.crc();
        writer.metadata(metadata);
        if (!lastState.isEmpty()) {
            writer.state(lastState);
        }
        flushAndSync();
        SegmentName name = new SegmentName(locked.getLast().name().sequence() + 1, lastIndex + 1);
        locked.add(new Segment(name, next.file()));
        disk.rename(next.path(), Disk.join(directory, name.fileName()));
        disk.syncDirectory(directory);
    }

    /**
     * Creates the segment that follows the current one and fills it with zeros, unless that has
     * been done; then the cut costs little. Any thread; it may take as long as writing a segment
     * takes. A failure (a full disk) leaves the log usable: the cut then creates the segment
     * itself.
     */
    public void prepareNextSegment() throws IOException {
        synchronized (prepareLock) {
            if (closed || prepared.get() != null) {
                return;
            }
            String name = preparedCount++ % 2 + TEMPORARY;
            prepared.set(createTemporary(name, options.segmentBytes()));
        }
    }

    private Prepared createTemporary(String name, long fillTo) throws IOException {
        String path = Disk.join(directory, name);
        disk.delete(path);
        DiskFile file = disk.open(path, Disk.OpenMode.CREATE_NEW);
        try {
            lock(file);
            long filledTo = 0;
            while (filledTo < fillTo && !closed) {
                long step = Math.min(fillTo, filledTo + PREPARE_STEP_BYTES);
                file.fillZeros(filledTo, step);
                file.sync();
                filledTo = step;
            }
            return new Prepared(path, file, filledTo);
        } catch (IOException | RuntimeException e) {
            closeAfter(e, file);
            disk.delete(path);
            throw e;
        }
    }

    /**
     * Gives up the locks of segments that are not needed to replay from a snapshot at this index,
     * so that {@link #purge} may delete them.
     */
    public void releaseTo(long index) throws IOException {
        checkUsable();
        try {
            while (locked.size() > 1 && secondStartsBefore(index)) {
                locked.removeFirst().file().close();
                firstLockedSequence = locked.getFirst().name().sequence();
            }
        } catch (IOException | RuntimeException e) {
            poison(e);
            throw e;
        }
    }

    /** Whether the second segment also reaches back to the index, so that the first can go. */
    private boolean secondStartsBefore(long index) {
        var segments = locked.iterator();
        segments.next();
        return segments.next().name().firstIndex() < index;
    }

    /**
     * Deletes the oldest released segments while there are more than this many. Any thread.
     *
     * @return paths of the deleted files
     */
    public List<String> purge(int keepCount) throws IOException {
        List<SegmentName> names = SegmentName.among(disk.list(directory));
        List<String> deleted = new ArrayList<>();
        for (int i = 0; i < names.size() - keepCount; i++) {
            if (names.get(i).sequence() >= firstLockedSequence) {
                break;
            }
            String path = Disk.join(directory, names.get(i).fileName());
            disk.delete(path);
            // One by one, oldest first: a crash that undid only the older of two deletions would
            // leave a gap.
            disk.syncDirectory(directory);
            deleted.add(path);
        }
        return deleted;
    }

    /** The metadata given at creation. */
    public byte[] metadata() {
        return metadata.clone();
    }

    /** The index of the last entry or snapshot written. */
    public long lastIndex() {
        return lastIndex;
    }

    private void checkUsable() throws IOException {
        if (failure != null) {
            throw new IOException(
                    "wal: "
                            + directory
                            + " is unusable after an earlier failure: "
                            + failure.getMessage(),
                    failure);
        }
        if (closed) {
            throw new IOException("wal: " + directory + " is closed");
        }
    }

    private void poison(Throwable cause) {
        failure = cause;
    }

    private static void closeAfter(Exception reason, DiskFile file) {
        try {
            file.close();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** Syncs what was appended (unless the log has failed) and frees all locks. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (failure == null) {
                flushAndSync();
            }
        } finally {
            synchronized (prepareLock) {
                Prepared unused = prepared.getAndSet(null);
                if (unused != null) {
                    unused.file().close();
                    disk.delete(unused.path());
                }
            }
            for (Segment segment : locked) {
                segment.file().close();
            }
        }
    }

    @Override
    public String toString() {
        return "Wal["
                + directory
                + ", last index "
                + lastIndex
                + ", "
                + lastState
                + ", "
                + Arrays.toString(locked.stream().map(s -> s.name().fileName()).toArray())
                + "]";
    }
}
