package dev.quorate.storage.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Another disk with failures on demand: before each operation a {@link Fault} decides whether it
 * fails, how many bytes of a write still get through, and how long it takes.
 */
public final class FaultyDisk implements Disk {

    /** The operations that can fail. */
    public enum Operation {
        OPEN,
        LIST,
        MAKE_DIRECTORY,
        RENAME,
        DELETE,
        SYNC_DIRECTORY,
        READ,
        WRITE,
        TRUNCATE,
        SYNC,
        LOCK
    }

    /** The policy of failures. Called on the thread of the operation, before it. */
    @FunctionalInterface
    public interface Fault {

        /**
         * Returns to let the operation through, perhaps after a while (a slow disk).
         *
         * @param bytes size of a write, otherwise 0
         * @return how many bytes of a write get through; less than {@code bytes} makes the disk
         *     full behind them. Ignored for other operations.
         * @throws IOException to fail the operation without any effect
         */
        int before(Operation operation, String path, int bytes) throws IOException;

        /** The nth operation of a kind (counted from 1) and all later ones fail with EIO. */
        static Fault failFrom(Operation kind, int nth) {
            return new Fault() {
                private int seen;

                @Override
                public synchronized int before(Operation operation, String path, int bytes)
                        throws IOException {
                    if (operation == kind && ++seen >= nth) {
                        throw new IOException(path + ": input/output error");
                    }
                    return bytes;
                }
            };
        }

        /** Only the nth operation of a kind (counted from 1) fails with EIO. */
        static Fault failOnce(Operation kind, int nth) {
            return new Fault() {
                private int seen;

                @Override
                public synchronized int before(Operation operation, String path, int bytes)
                        throws IOException {
                    if (operation == kind && ++seen == nth) {
                        throw new IOException(path + ": input/output error");
                    }
                    return bytes;
                }
            };
        }

        /** The disk is full after this many written bytes; deleting frees nothing. */
        static Fault fullAfter(long capacityBytes) {
            return new Fault() {
                private long left = capacityBytes;

                @Override
                public synchronized int before(Operation operation, String path, int bytes) {
                    if (operation != Operation.WRITE) {
                        return bytes;
                    }
                    int through = (int) Math.min(left, bytes);
                    left -= through;
                    return through;
                }
            };
        }

        /** Runs something before each sync of a file, e.g. a wait that makes the disk slow. */
        static Fault beforeSync(Runnable hook) {
            return (operation, _, bytes) -> {
                if (operation == Operation.SYNC) {
                    hook.run();
                }
                return bytes;
            };
        }
    }

    /** Largest piece in which zeros are passed on, so that a full disk stops in between. */
    private static final int ZERO_STEP_BYTES = 1 << 20;

    private final Disk inner;
    private volatile Fault fault;

    /** Wraps a disk; the fault may be exchanged later with {@link #setFault}. */
    public FaultyDisk(Disk inner, Fault fault) {
        this.inner = inner;
        this.fault = fault;
    }

    /** Exchanges the policy, also for files that are open. */
    public void setFault(Fault fault) {
        this.fault = fault;
    }

    private void check(Operation operation, String path) throws IOException {
        fault.before(operation, path, 0);
    }

    @Override
    public DiskFile open(String path, OpenMode mode) throws IOException {
        check(Operation.OPEN, path);
        return new FaultyFile(inner.open(path, mode));
    }

    @Override
    public boolean exists(String path) throws IOException {
        return inner.exists(path);
    }

    @Override
    public boolean isDirectory(String path) throws IOException {
        return inner.isDirectory(path);
    }

    @Override
    public int permissions(String path) throws IOException {
        return inner.permissions(path);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        check(Operation.LIST, directory);
        return inner.list(directory);
    }

    @Override
    public void createDirectories(String directory) throws IOException {
        check(Operation.MAKE_DIRECTORY, directory);
        inner.createDirectories(directory);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        check(Operation.RENAME, from);
        inner.rename(from, to);
    }

    @Override
    public void delete(String path) throws IOException {
        check(Operation.DELETE, path);
        inner.delete(path);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        check(Operation.SYNC_DIRECTORY, directory);
        inner.syncDirectory(directory);
    }

    private final class FaultyFile implements DiskFile {
        private final DiskFile file;

        FaultyFile(DiskFile file) {
            this.file = file;
        }

        @Override
        public String path() {
            return file.path();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int readAt(ByteBuffer target, long position) throws IOException {
            check(Operation.READ, path());
            return file.readAt(target, position);
        }

        @Override
        public void writeAt(ByteBuffer source, long position) throws IOException {
            int wanted = source.remaining();
            int through = fault.before(Operation.WRITE, path(), wanted);
            if (through >= wanted) {
                file.writeAt(source, position);
                return;
            }
            file.writeAt(source.slice().limit(through), position);
            throw new IOException(path() + ": no space left on device");
        }

        @Override
        public void fillZeros(long from, long to) throws IOException {
            for (long at = from; at < to; ) {
                int wanted = (int) Math.min(ZERO_STEP_BYTES, to - at);
                int through = fault.before(Operation.WRITE, path(), wanted);
                file.fillZeros(at, at + through);
                if (through < wanted) {
                    throw new IOException(path() + ": no space left on device");
                }
                at += wanted;
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            check(Operation.TRUNCATE, path());
            file.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            check(Operation.SYNC, path());
            file.sync();
        }

        @Override
        public boolean tryLock() throws IOException {
            check(Operation.LOCK, path());
            return file.tryLock();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
