package dev.quorate.storage.engine;

import static org.lwjgl.util.lmdb.LMDB.nmdb_dbi_open;
import static org.lwjgl.util.lmdb.LMDB.nmdb_del;
import static org.lwjgl.util.lmdb.LMDB.nmdb_drop;
import static org.lwjgl.util.lmdb.LMDB.nmdb_env_close;
import static org.lwjgl.util.lmdb.LMDB.nmdb_env_create;
import static org.lwjgl.util.lmdb.LMDB.nmdb_env_info;
import static org.lwjgl.util.lmdb.LMDB.nmdb_env_open;
import static org.lwjgl.util.lmdb.LMDB.nmdb_env_set_mapsize;
import static org.lwjgl.util.lmdb.LMDB.nmdb_env_set_maxdbs;
import static org.lwjgl.util.lmdb.LMDB.nmdb_env_set_maxreaders;
import static org.lwjgl.util.lmdb.LMDB.nmdb_env_stat;
import static org.lwjgl.util.lmdb.LMDB.nmdb_put;
import static org.lwjgl.util.lmdb.LMDB.nmdb_stat;
import static org.lwjgl.util.lmdb.LMDB.nmdb_txn_abort;
import static org.lwjgl.util.lmdb.LMDB.nmdb_txn_begin;
import static org.lwjgl.util.lmdb.LMDB.nmdb_txn_commit;
import static org.lwjgl.util.lmdb.LMDB.nmdb_txn_renew;
import static org.lwjgl.util.lmdb.LMDB.nmdb_txn_reset;

import dev.quorate.storage.CorruptionException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An engine in LMDB files: a copy-on-write B+tree per bucket, mapped into memory for reading.
 *
 * <pre>
 *   directory/  data.mdb   the trees, written with pwrite and two syncs per commit, never through the map
 *               lock.mdb   LMDB's table of readers
 *               LOCK       held by the process that has the engine open
 * </pre>
 *
 * <p>A commit syncs the pages and then the meta page that makes them current, so after a power loss the file holds the last commit or the
 * one being written, whole. Every value carries a CRC-32C of key and value. Disk errors while <em>reading</em> reach a mapped file as a
 * signal that ends the process; the checksums are for what disks get wrong silently.
 */
public final class LmdbEngine implements Engine {
    /** Address space reserved for the file at first; it is free of charge and grows by doubling. */
    public static final long DEFAULT_MAP_BYTES = 64L << 30;

    /** Views that may be open at once; {@link #read} waits for one to be closed beyond that. */
    public static final int MAX_VIEWS = 512;

    private static final int IDLE_READERS = 64;
    private static final int IDLE_PROBES = 8;
    private static final int FILE_MODE = 0600;
    private static final int MAX_GROWTHS = 16;
    private static final long CLOSE_TIMEOUT_SECONDS = 10;
    // Flags of lmdb.h.
    private static final int NO_TLS = 0x200000;
    private static final int READ_ONLY = 0x20000;
    private static final int CREATE = 0x40000;
    private static final int RESERVE = 0x10000;
    private static final int APPEND = 0x20000;

    private static final long NULL = 0;

    /** Above what systems accept as a path. */
    private static final int PATH_BYTES_MAX = 64 << 10;

    private static final int BUCKETS = Bucket.byName().size();

    /** Somebody has the database open. */
    public static final class InUseException extends IOException {
        private static final long serialVersionUID = 1;

        InUseException(String message) {
            super(message);
        }
    }

    private final Path directory;
    private final FileLock fileLock;
    private final long env;
    private final int[] databases = new int[BUCKETS];
    private final Semaphore views = new Semaphore(MAX_VIEWS, true);
    private final AtomicReferenceArray<@Nullable LmdbReader> idle =
            new AtomicReferenceArray<>(IDLE_READERS);
    private volatile boolean closed;
    private volatile long usedBytes;
    private volatile long sizeBytes;

    // The committer's own.
    private final CRC32C crc = new CRC32C();
    private final LmdbScratch scratch = new LmdbScratch(LmdbKey.STORED_BYTES);
    private long mapBytes;
    private byte[] greatestRecord = new byte[0];
    private @Nullable IOException poison;

    private LmdbEngine(Path directory, FileLock fileLock, long env, long mapBytes) {
        this.directory = directory;
        this.fileLock = fileLock;
        this.env = env;
        this.mapBytes = mapBytes;
    }

    /** As {@link #open(Path, long)} with {@link #DEFAULT_MAP_BYTES}. */
    public static LmdbEngine open(Path directory) throws IOException {
        return open(directory, DEFAULT_MAP_BYTES);
    }

    /**
     * Opens the database in {@code directory}, creating both if need be.
     *
     * @param mapBytes address space to reserve at first, a multiple of the page size
     * @throws IOException if another process has it open, or a file cannot be read
     * @throws CorruptionException if it is not a database
     */
    public static LmdbEngine open(Path directory, long mapBytes) throws IOException {
        Files.createDirectories(directory);
        FileLock fileLock = lock(directory);
        boolean opened = false;
        try {
            LmdbLibrary.load();
            long env = openEnvironment(directory, mapBytes);
            LmdbEngine engine = new LmdbEngine(directory, fileLock, env, mapBytes);
            try {
                engine.openDatabases();
                syncDirectory(directory);
                opened = true;
                return engine;
            } finally {
                if (!opened) {
                    nmdb_env_close(env);
                }
            }
        } finally {
            if (!opened) {
                fileLock.channel().close();
            }
        }
    }

    @Override
    public void commit(WriteBatch batch) throws IOException {
        write(() -> tryCommit(batch));
    }

    @Override
    public void replaceAll(RecordSource source) throws IOException {
        write(() -> tryReplace(source));
    }

    /** Something written as one transaction; tells LMDB's code. */
    private interface Attempt {
        int run() throws IOException;
    }

    /** Tries again on a larger map when the map is full. */
    private void write(Attempt attempt) throws IOException {
        if (poison != null) {
            throw new IOException("engine failed earlier: " + poison.getMessage(), poison);
        }
        byte[] greatestBefore = greatestRecord;
        try {
            for (int growths = 0; ; growths++) {
                int code = attempt.run();
                if (code == LmdbMemory.SUCCESS) {
                    measureFile();
                    return;
                }
                if (code != LmdbMemory.MAP_FULL || growths == MAX_GROWTHS) {
                    throw new IOException(
                            "write %s: %s; %d bytes are free on its file system"
                                    .formatted(
                                            directory,
                                            LmdbMemory.text(code),
                                            Files.getFileStore(directory).getUsableSpace()));
                }
                greatestRecord = greatestBefore;
                grow();
            }
        } catch (IOException e) {
            poison = e;
            throw e;
        }
    }

    @Override
    public ReadView read() {
        views.acquireUninterruptibly();
        boolean done = false;
        try {
            if (closed) {
                throw new IllegalStateException("engine is closed");
            }
            LmdbReader reader = takeReader();
            done = true;
            return new View(reader);
        } finally {
            if (!done) {
                views.release();
            }
        }
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public long usedBytes() {
        return usedBytes;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        boolean idleNow;
        try {
            idleNow = views.tryAcquire(MAX_VIEWS, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            idleNow = views.tryAcquire(MAX_VIEWS);
        }
        if (!idleNow) {
            // Unmapping under a reader would crash the process.
            throw new IllegalStateException("views are still open: " + directory);
        }
        closed = true;
        dropIdleReaders();
        nmdb_env_close(env);
        views.release(MAX_VIEWS);
        try {
            fileLock.channel().close();
        } catch (IOException e) {
            throw new IllegalStateException("cannot release the lock in " + directory, e);
        }
    }

    // ---- opening ----

    private static FileLock lock(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve("LOCK"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException _) {
            throw new InUseException(directory + " is open in this process already");
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new InUseException(directory + " is in use by another process");
        }
        return lock;
    }

    private static long openEnvironment(Path directory, long mapBytes) throws IOException {
        byte[] path = directory.toString().getBytes(StandardCharsets.UTF_8);
        if (path.length > PATH_BYTES_MAX) {
            throw new IOException("path is too long: " + directory);
        }
        LmdbScratch scratch = new LmdbScratch(path.length + 1);
        LmdbMemory.check(nmdb_env_create(scratch.data()), "create LMDB environment");
        long env = scratch.pointer();
        boolean opened = false;
        try {
            LmdbMemory.check(nmdb_env_set_mapsize(env, mapBytes), "set map size");
            LmdbMemory.check(nmdb_env_set_maxdbs(env, BUCKETS), "set number of databases");
            LmdbMemory.check(
                    nmdb_env_set_maxreaders(env, MAX_VIEWS + IDLE_READERS),
                    "set number of readers");
            scratch.setText(directory.toString());
            int code = nmdb_env_open(env, scratch.bytes(), NO_TLS, FILE_MODE);
            if (code < 0) {
                throw new CorruptionException(
                        "%s: %s; replace this member's data from a healthy member or a snapshot"
                                .formatted(directory, LmdbMemory.text(code)));
            }
            LmdbMemory.check(code, "open " + directory);
            opened = true;
            return env;
        } finally {
            if (!opened) {
                nmdb_env_close(env);
            }
        }
    }

    private void openDatabases() throws IOException {
        long txn = begin(0);
        boolean done = false;
        try {
            for (Bucket bucket : Bucket.byName()) {
                scratch.setText(bucket.text());
                LmdbMemory.check(
                        nmdb_dbi_open(txn, scratch.bytes(), CREATE, scratch.data()),
                        "open bucket " + bucket.text());
                databases[bucket.slot] = scratch.number();
            }
            measure(txn);
            done = true;
        } finally {
            if (!done) {
                nmdb_txn_abort(txn);
            }
        }
        LmdbMemory.check(nmdb_txn_commit(txn), "create buckets in " + directory);
        measureFile();
        try (ReadView view = read()) {
            ReadView.Entry last = view.last(Bucket.KEY);
            greatestRecord = last == null ? greatestRecord : LmdbKey.ceiling(last.key());
        }
    }

    /** Makes new directory entries durable, where the system lets a directory be opened. */
    private static void syncDirectory(Path directory) throws IOException {
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    // ---- writing ----

    /** Returns LMDB's code; nothing of the batch stays unless it is success. */
    private int tryCommit(WriteBatch batch) throws IOException {
        long txn = begin(0);
        boolean finished = false;
        try {
            for (int i = 0; i < batch.size(); i++) {
                byte[] value = batch.value(i);
                int code =
                        value == null
                                ? delete(txn, batch.bucket(i), batch.key(i))
                                : put(txn, batch.bucket(i), batch.key(i), value);
                if (code != LmdbMemory.SUCCESS) {
                    return code;
                }
            }
            measure(txn);
            finished = true;
            return nmdb_txn_commit(txn);
        } finally {
            if (!finished) {
                nmdb_txn_abort(txn);
            }
        }
    }

    private int tryReplace(RecordSource source) throws IOException {
        long txn = begin(0);
        boolean finished = false;
        try {
            greatestRecord = new byte[0];
            int[] code = {LmdbMemory.SUCCESS};
            for (Bucket bucket : Bucket.byName()) {
                code[0] = nmdb_drop(txn, databases[bucket.slot], 0);
                if (code[0] == LmdbMemory.SUCCESS) {
                    source.scan(
                            bucket,
                            (key, value) -> {
                                code[0] = put(txn, bucket, key, value);
                                return code[0] == LmdbMemory.SUCCESS;
                            });
                }
                if (code[0] != LmdbMemory.SUCCESS) {
                    return code[0];
                }
            }
            measure(txn);
            finished = true;
            return nmdb_txn_commit(txn);
        } finally {
            if (!finished) {
                nmdb_txn_abort(txn);
            }
        }
    }

    private int put(long txn, Bucket bucket, byte[] key, byte[] value) {
        byte[] stored = LmdbKey.stored(key);
        scratch.setKey(stored);
        int head = LmdbKey.isLong(key) ? LmdbReader.LENGTH_BYTES + key.length : 0;
        scratch.setDataSize((long) head + value.length + LmdbReader.CRC_BYTES);
        int flags = RESERVE;
        // Revisions arrive in order, so the last page can be filled without a search or a split.
        boolean ascends =
                bucket == Bucket.KEY && Arrays.compareUnsigned(stored, greatestRecord) > 0;
        if (ascends) {
            flags |= APPEND;
        }
        int code = nmdb_put(txn, databases[bucket.slot], scratch.key(), scratch.data(), flags);
        if (code != LmdbMemory.SUCCESS) {
            return code;
        }
        if (ascends) {
            greatestRecord = stored;
        }
        long at = scratch.dataAddress();
        if (head > 0) {
            LmdbMemory.putInt(at, key.length);
            LmdbMemory.copyIn(key, at + LmdbReader.LENGTH_BYTES);
        }
        LmdbMemory.copyIn(value, at + head);
        LmdbMemory.putInt(at + head + value.length, LmdbReader.checksum(crc, key, value));
        return LmdbMemory.SUCCESS;
    }

    private int delete(long txn, Bucket bucket, byte[] key) {
        scratch.setKey(LmdbKey.stored(key));
        int code = nmdb_del(txn, databases[bucket.slot], scratch.key(), NULL);
        return code == LmdbMemory.NOT_FOUND ? LmdbMemory.SUCCESS : code;
    }

    /** Doubles the map. Moving it needs every view closed, so this waits for them; it starts so large that it rarely happens. */
    private void grow() throws IOException {
        views.acquireUninterruptibly(MAX_VIEWS);
        try {
            mapBytes *= 2;
            LmdbMemory.check(nmdb_env_set_mapsize(env, mapBytes), "grow map of " + directory);
        } finally {
            views.release(MAX_VIEWS);
        }
    }

    private long begin(int flags) throws IOException {
        LmdbMemory.check(
                nmdb_txn_begin(env, NULL, flags, scratch.data()),
                "begin transaction in " + directory);
        return scratch.pointer();
    }

    /** Sums up the pages of all buckets, as they will be when {@code txn} commits. */
    private void measure(long txn) throws IOException {
        LmdbMemory.check(nmdb_env_stat(env, scratch.bytes()), "measure " + directory);
        long pageBytes = scratch.statPageBytes();
        long pages = scratch.statPages();
        for (Bucket bucket : Bucket.byName()) {
            LmdbMemory.check(
                    nmdb_stat(txn, databases[bucket.slot], scratch.bytes()),
                    "measure " + directory);
            pages += scratch.statPages();
        }
        usedBytes = pages * pageBytes;
    }

    private void measureFile() throws IOException {
        LmdbMemory.check(nmdb_env_stat(env, scratch.bytes()), "measure " + directory);
        long pageBytes = scratch.statPageBytes();
        LmdbMemory.check(nmdb_env_info(env, scratch.bytes()), "measure " + directory);
        sizeBytes = (scratch.infoLastPage() + 1) * pageBytes;
    }

    // ---- reading ----

    private LmdbReader takeReader() {
        int start = (int) Thread.currentThread().threadId();
        for (int i = 0; i < IDLE_PROBES; i++) {
            LmdbReader reader = idle.getAndSet((start + i) & (IDLE_READERS - 1), null);
            if (reader != null) {
                int code = nmdb_txn_renew(reader.txn);
                if (code != LmdbMemory.SUCCESS) {
                    drop(reader);
                }
                checkReader(code);
                return reader;
            }
        }
        LmdbScratch answer = new LmdbScratch(0);
        checkReader(nmdb_txn_begin(env, NULL, READ_ONLY, answer.data()));
        return new LmdbReader(answer.pointer(), databases, directory.toString());
    }

    private void checkReader(int code) {
        if (code != LmdbMemory.SUCCESS) {
            throw new IllegalStateException(
                    "cannot read %s: %s".formatted(directory, LmdbMemory.text(code)));
        }
    }

    private void giveBack(LmdbReader reader) {
        nmdb_txn_reset(reader.txn);
        int start = (int) Thread.currentThread().threadId();
        for (int i = 0; i < IDLE_PROBES; i++) {
            if (idle.compareAndSet((start + i) & (IDLE_READERS - 1), null, reader)) {
                return;
            }
        }
        drop(reader);
    }

    private void dropIdleReaders() {
        for (int i = 0; i < IDLE_READERS; i++) {
            LmdbReader reader = idle.getAndSet(i, null);
            if (reader != null) {
                drop(reader);
            }
        }
    }

    private static void drop(LmdbReader reader) {
        nmdb_txn_abort(reader.txn);
    }

    private final class View implements ReadView {
        private @Nullable LmdbReader reader;

        View(LmdbReader reader) {
            this.reader = reader;
        }

        @Override
        public byte @Nullable [] get(Bucket bucket, byte[] key) {
            return open().get(bucket, key);
        }

        @Override
        public void scan(
                Bucket bucket, byte[] fromInclusive, byte @Nullable [] toExclusive, Visitor v) {
            open().scan(bucket, fromInclusive, toExclusive, v);
        }

        @Override
        public @Nullable Entry last(Bucket bucket) {
            return open().last(bucket);
        }

        @Override
        public long count(Bucket bucket) {
            return open().count(bucket);
        }

        @Override
        public void close() {
            LmdbReader mine = reader;
            if (mine != null) {
                reader = null;
                giveBack(mine);
                views.release();
            }
        }

        private LmdbReader open() {
            if (reader == null) {
                throw new IllegalStateException("view is closed");
            }
            return reader;
        }
    }
}
