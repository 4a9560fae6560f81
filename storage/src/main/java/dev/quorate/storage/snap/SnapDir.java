package dev.quorate.storage.snap;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.raftpb.Snapshot;
import dev.quorate.proto.raftpb.SnapshotMetadata;
import dev.quorate.proto.snappb.snapshot;
import dev.quorate.storage.bbolt.BboltReader;
import dev.quorate.storage.bbolt.BboltRecords;
import dev.quorate.storage.bbolt.RandomAccess;
import dev.quorate.storage.disk.Disk;
import dev.quorate.storage.disk.DiskFile;
import dev.quorate.storage.engine.RecordSource;
import dev.quorate.storage.wal.Crc32c;
import dev.quorate.storage.wal.WalSnapshot;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The directory of snapshot files. Methods may be called from any thread, but not two that write
 * the same snapshot.
 */
public final class SnapDir {

    private static final String SNAP = ".snap";
    private static final String DB = ".snap.db";
    private static final String BROKEN = ".broken";

    /** Names with these beginnings are leftovers of an interrupted write. */
    private static final List<String> TEMPORARY_PREFIXES = List.of("tmp", "db.tmp");

    private static final int DIGITS = 16;
    private static final int COPY_BYTES = 1 << 20;

    /** A {@code .snap} holds members and v2 keys; anything near this size is damage. */
    private static final int SNAP_BYTES_MAX = 1 << 30;

    private static final String DB_NAME = "[0-9a-f]{16}\\.snap\\.db";

    private static final HexFormat HEX = HexFormat.of();

    private final Disk disk;
    private final String directory;

    /**
     * @param directory exists already
     */
    public SnapDir(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** Writes a raft snapshot durably. The log's record of it may be written afterwards only. */
    public void save(Snapshot raftSnapshot) throws IOException {
        SnapshotMetadata metadata = raftSnapshot.getMetadata();
        byte[] data = raftSnapshot.toByteArray();
        byte[] file =
                snapshot.newBuilder()
                        .setCrc(Crc32c.of(data, 0, data.length))
                        .setData(ByteString.copyFrom(data))
                        .build()
                        .toByteArray();
        String name = fileName(metadata.getTerm(), metadata.getIndex());
        disk.writeAtomically(path(name), path("tmp-" + name), ByteBuffer.wrap(file));
    }

    /** The newest sound snapshot; damaged ones on the way are renamed to {@code .broken}. */
    public Optional<Snapshot> loadNewest() throws IOException {
        return load(null);
    }

    /**
     * The newest sound snapshot that the log knows: one without a record in the log may be newer
     * than what was durable when the machine failed.
     *
     * @param known see {@link dev.quorate.storage.wal.Wal#validSnapshots}
     */
    public Optional<Snapshot> loadNewestAmong(List<WalSnapshot> known) throws IOException {
        return load(known);
    }

    /** The snapshot of this term and index, if its file is there and sound; nothing is renamed. */
    public Optional<Snapshot> find(long term, long index) throws IOException {
        String name = fileName(term, index);
        return disk.exists(path(name)) ? Optional.ofNullable(read(name)) : Optional.empty();
    }

    private Optional<Snapshot> load(@Nullable List<WalSnapshot> known) throws IOException {
        for (String name : snapNames().reversed()) {
            Snapshot found = read(name);
            if (found == null) {
                disk.rename(path(name), path(name + BROKEN));
            } else if (known == null || isKnown(found.getMetadata(), known)) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    private static boolean isKnown(SnapshotMetadata metadata, List<WalSnapshot> known) {
        for (WalSnapshot record : known) {
            if (record.index() == metadata.getIndex() && record.term() == metadata.getTerm()) {
                return true;
            }
        }
        return false;
    }

    /** Null when the file does not verify. */
    private @Nullable Snapshot read(String name) throws IOException {
        byte[] file = disk.readAll(path(name), SNAP_BYTES_MAX);
        try {
            snapshot envelope = snapshot.parseFrom(file);
            byte[] data = envelope.getData().toByteArray();
            if (data.length == 0 || envelope.getCrc() != Crc32c.of(data, 0, data.length)) {
                return null;
            }
            return Snapshot.parseFrom(data);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    /** Names of the {@code .snap} files, oldest first. */
    private List<String> snapNames() throws IOException {
        List<String> names = new ArrayList<>();
        for (String name : disk.list(directory)) {
            if (name.length() == 2 * DIGITS + 1 + SNAP.length() && name.endsWith(SNAP)) {
                names.add(name);
            }
        }
        return names;
    }

    /** Deletes the oldest {@code .snap} files while there are more than this many. */
    public List<String> purge(int keepCount) throws IOException {
        return deleteOldest(snapNames(), keepCount);
    }

    /** Deletes the oldest {@code .snap.db} files while there are more than this many. */
    public List<String> purgeDbs(int keepCount) throws IOException {
        return deleteOldest(dbNames(_ -> true), keepCount);
    }

    /** Deletes received stores older than a snapshot that has been taken since. */
    public List<String> deleteDbsBelow(long index) throws IOException {
        return deleteOldest(dbNames(found -> Long.compareUnsigned(found, index) < 0), 0);
    }

    private List<String> deleteOldest(List<String> names, int keepCount) throws IOException {
        List<String> deleted = new ArrayList<>();
        for (int i = 0; i < names.size() - keepCount; i++) {
            disk.delete(path(names.get(i)));
            deleted.add(path(names.get(i)));
        }
        return deleted;
    }

    private List<String> dbNames(LongPredicate wanted) throws IOException {
        List<String> names = new ArrayList<>();
        for (String name : disk.list(directory)) {
            if (name.matches(DB_NAME)
                    && wanted.test(HexFormat.fromHexDigitsToLong(name, 0, DIGITS))) {
                names.add(name);
            }
        }
        return names;
    }

    /** The store received for a snapshot at this index, if it is there. */
    public Optional<String> findDb(long index) throws IOException {
        String path = dbPath(index);
        return disk.exists(path) ? Optional.of(path) : Optional.empty();
    }

    /** What is done with a received store. */
    public interface Use {
        void of(RecordSource received) throws IOException;
    }

    /**
     * Opens the store received for a snapshot at this index and closes it when the use is over.
     *
     * @throws IOException also when it is not there, in etcd's words
     */
    public void withReceivedDb(long index, Use use) throws IOException {
        if (findDb(index).isEmpty()) {
            throw new IOException(
                    "failed to find database snapshot file (snap: snapshot file doesn't exist)");
        }
        String path = dbPath(index);
        try (DiskFile file = disk.open(path, Disk.OpenMode.READ);
                BboltReader reader = BboltReader.of(new FileAccess(file), path)) {
            use.of(new BboltRecords(reader));
        }
    }

    /** Deletes the store received for a snapshot at this index: it was taken over. */
    public void deleteDb(long index) throws IOException {
        disk.delete(dbPath(index));
    }

    private record FileAccess(DiskFile file) implements RandomAccess {
        @Override
        public long sizeBytes() throws IOException {
            return file.size();
        }

        @Override
        public byte[] read(long offset, int length) throws IOException {
            byte[] bytes = new byte[length];
            int read = file.readAt(ByteBuffer.wrap(bytes), offset);
            if (read != length) {
                throw new EOFException(file.path() + ": ends at " + (offset + read));
            }
            return bytes;
        }
    }

    /** Where the store received for a snapshot at this index lives. */
    public String dbPath(long index) {
        return path(HEX.toHexDigits(index) + DB);
    }

    /**
     * Stores what the leader sends, durably and complete, as {@link #dbPath}. An existing one is
     * kept: it holds the same.
     *
     * @param content read to its end; the caller has set a limit on it and closes it
     * @return bytes received
     */
    public long receiveDb(InputStream content, long index) throws IOException {
        String temporary = path("tmp-" + HEX.toHexDigits(index));
        disk.delete(temporary);
        long size;
        try (DiskFile file = disk.open(temporary, Disk.OpenMode.CREATE_NEW)) {
            size = copy(content, file);
            file.sync();
        } catch (IOException e) {
            disk.delete(temporary);
            throw e;
        }
        if (findDb(index).isPresent()) {
            disk.delete(temporary);
            return size;
        }
        disk.rename(temporary, dbPath(index));
        disk.syncDirectory(directory);
        return size;
    }

    private static long copy(InputStream content, DiskFile file) throws IOException {
        byte[] buffer = new byte[COPY_BYTES];
        long size = 0;
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            file.writeAt(ByteBuffer.wrap(buffer, 0, read), size);
            size += read;
        }
        return size;
    }

    /** Removes what interrupted writes have left; to be called before anything else writes here. */
    public List<String> removeLeftovers() throws IOException {
        List<String> deleted = new ArrayList<>();
        for (String name : disk.list(directory)) {
            for (String prefix : TEMPORARY_PREFIXES) {
                if (name.startsWith(prefix) && disk.exists(path(name))) {
                    disk.deleteTree(path(name));
                    deleted.add(path(name));
                }
            }
        }
        return deleted;
    }

    private String path(String name) {
        return Disk.join(directory, name);
    }

    private static String fileName(long term, long index) {
        return HEX.toHexDigits(term) + "-" + HEX.toHexDigits(index) + SNAP;
    }
}
