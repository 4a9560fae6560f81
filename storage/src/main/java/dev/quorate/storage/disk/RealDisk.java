package dev.quorate.storage.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The machine's file system.
 *
 * <p>Locks are POSIX record locks, which conflict with the open-file-description locks that Go's
 * etcd takes on its segments. POSIX forgets a process's lock as soon as the process closes
 * <em>any</em> descriptor of the file; therefore a file that this disk holds locked is never opened
 * twice: a second {@link #open} shares the locked channel. Use one instance per process.
 */
public final class RealDisk implements Disk {

    private static final Set<PosixFilePermission> FILE_MODE =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final Set<PosixFilePermission> DIRECTORY_MODE =
            EnumSet.of(
                    PosixFilePermission.OWNER_READ,
                    PosixFilePermission.OWNER_WRITE,
                    PosixFilePermission.OWNER_EXECUTE);
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(FILE_MODE);
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(DIRECTORY_MODE);

    private static final Set<OpenOption> READ_OPTIONS = Set.of(StandardOpenOption.READ);
    private static final Set<OpenOption> WRITE_OPTIONS =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final Set<OpenOption> CREATE_OPTIONS =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    private static final Set<OpenOption> CREATE_NEW_OPTIONS =
            Set.of(
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE_NEW);

    /** Zeros are written in steps of this size. */
    private static final int ZERO_BYTES = 1 << 20;

    /** Files locked through this disk, by device and inode. */
    private final ConcurrentHashMap<Object, RealFile> lockedFiles = new ConcurrentHashMap<>();

    @Override
    public DiskFile open(String path, OpenMode mode) throws IOException {
        Path file = Path.of(path);
        RealFile locked = mode == OpenMode.CREATE_NEW ? null : findLocked(file);
        if (locked != null) {
            return new SharedFile(path, locked);
        }
        try {
            return new RealFile(path, FileChannel.open(file, options(mode), PRIVATE_FILE));
        } catch (NoSuchFileException e) {
            throw (IOException) Disk.notFound(path).initCause(e);
        } catch (FileSystemException e) {
            throw new IOException(GoErrors.text("open", e), e);
        }
    }

    private static Set<OpenOption> options(OpenMode mode) {
        return switch (mode) {
            case READ -> READ_OPTIONS;
            case WRITE -> WRITE_OPTIONS;
            case CREATE -> CREATE_OPTIONS;
            case CREATE_NEW -> CREATE_NEW_OPTIONS;
        };
    }

    private @Nullable RealFile findLocked(Path file) throws IOException {
        if (lockedFiles.isEmpty() || !Files.exists(file)) {
            return null;
        }
        return lockedFiles.get(fileKey(file));
    }

    private static Object fileKey(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return Objects.requireNonNullElseGet(key, file::toAbsolutePath);
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(Path.of(path));
    }

    @Override
    public boolean isDirectory(String path) {
        return Files.isDirectory(Path.of(path));
    }

    @Override
    public int permissions(String path) throws IOException {
        int bits = 0;
        for (PosixFilePermission permission : Files.getPosixFilePermissions(Path.of(path))) {
            bits |= 0400 >> permission.ordinal();
        }
        return bits;
    }

    @Override
    public List<String> list(String directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(directory))) {
            for (Path entry : entries) {
                names.add(String.valueOf(entry.getFileName()));
            }
        } catch (NoSuchFileException e) {
            throw (IOException) Disk.notFound(directory).initCause(e);
        } catch (NotDirectoryException e) {
            throw new IOException("readdirent " + directory + ": not a directory", e);
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public void createDirectories(String directory) throws IOException {
        try {
            Files.createDirectories(Path.of(directory), PRIVATE_DIRECTORY);
        } catch (FileSystemException e) {
            throw new IOException(GoErrors.text("mkdir", e), e);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        try {
            Files.move(
                    Path.of(from),
                    Path.of(to),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(
                    "rename " + from + " to " + to + ": both must be on one file system", e);
        }
    }

    @Override
    public void delete(String path) throws IOException {
        Files.deleteIfExists(Path.of(path));
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        try (FileChannel channel = FileChannel.open(Path.of(directory), READ_OPTIONS)) {
            channel.force(true);
        }
    }

    /** A channel of its own, perhaps with the lock. */
    private final class RealFile implements DiskFile {

        private final String path;
        private final FileChannel channel;
        private @Nullable Object lockKey;

        RealFile(String path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public int readAt(ByteBuffer target, long position) throws IOException {
            int total = 0;
            while (target.hasRemaining()) {
                int read = channel.read(target, position + total);
                if (read < 0) {
                    break;
                }
                total += read;
            }
            return total;
        }

        @Override
        public void writeAt(ByteBuffer source, long position) throws IOException {
            long at = position;
            try {
                while (source.hasRemaining()) {
                    at += channel.write(source, at);
                }
            } catch (IOException e) {
                throw named("write", e);
            }
        }

        @Override
        public void fillZeros(long from, long to) throws IOException {
            if (from >= to) {
                return;
            }
            ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZERO_BYTES, to - from));
            for (long at = from; at < to; at += zeros.limit()) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), to - at));
                writeAt(zeros, at);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw named("sync", e);
            }
        }

        /** The system does not say which file it could not write, but whoever has to make room must know. */
        private IOException named(String what, IOException failure) {
            return failure instanceof ClosedChannelException
                    ? failure
                    : new IOException(what + " " + path + ": " + failure.getMessage(), failure);
        }

        @Override
        public boolean tryLock() throws IOException {
            try {
                FileLock lock = channel.tryLock();
                if (lock == null) {
                    return false;
                }
            } catch (OverlappingFileLockException e) {
                return false;
            }
            Object key = fileKey(Path.of(path));
            lockKey = key;
            lockedFiles.put(key, this);
            return true;
        }

        @Override
        public void close() throws IOException {
            Object key = lockKey;
            if (key != null) {
                lockedFiles.remove(key, this);
            }
            channel.close();
        }
    }

    /** A second view of a locked file; closing it leaves the locked channel open. */
    private record SharedFile(String path, RealFile owner) implements DiskFile {

        @Override
        public long size() throws IOException {
            return owner.size();
        }

        @Override
        public int readAt(ByteBuffer target, long position) throws IOException {
            return owner.readAt(target, position);
        }

        @Override
        public void writeAt(ByteBuffer source, long position) throws IOException {
            owner.writeAt(source, position);
        }

        @Override
        public void fillZeros(long from, long to) throws IOException {
            owner.fillZeros(from, to);
        }

        @Override
        public void truncate(long size) throws IOException {
            owner.truncate(size);
        }

        @Override
        public void sync() throws IOException {
            owner.sync();
        }

        @Override
        public boolean tryLock() {
            return false;
        }

        @Override
        public void close() {}
    }
}
