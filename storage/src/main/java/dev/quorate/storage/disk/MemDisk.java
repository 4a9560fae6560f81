package dev.quorate.storage.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that remembers what has been synced, for tests and the simulator.
 *
 * <p>{@link #crashClone} returns what the machine could find after a power cut at this moment. Of
 * what was not synced, each 512-byte sector and each change of a name survives or vanishes on its
 * own; what was synced is always there. Sectors are immutable arrays shared by all clones, so a
 * clone costs little, and sectors full of zeros cost nothing.
 */
public final class MemDisk implements Disk {

    private final Directory root = new Directory();

    /** An empty disk. */
    public MemDisk() {}

    @Override
    public synchronized DiskFile open(String path, OpenMode mode) throws IOException {
        Directory directory = directoryOf(path);
        String name = nameOf(path);
        Node node = directory.current.get(name);
        if (node instanceof Directory) {
            throw new IOException("open " + path + ": is a directory");
        }
        Inode inode = (Inode) node;
        if (inode == null) {
            if (mode == OpenMode.READ || mode == OpenMode.WRITE) {
                throw Disk.notFound(path);
            }
            inode = new Inode();
            directory.put(name, inode);
        } else if (mode == OpenMode.CREATE_NEW) {
            throw new IOException("open " + path + ": file exists");
        }
        return new MemFile(path, inode, mode != OpenMode.READ);
    }

    @Override
    public synchronized boolean exists(String path) {
        return find(path) != null;
    }

    @Override
    public synchronized boolean isDirectory(String path) {
        return find(path) instanceof Directory;
    }

    @Override
    public synchronized int permissions(String path) throws IOException {
        Node node = find(path);
        if (node == null) {
            throw Disk.notFound(path);
        }
        return node instanceof Directory directory ? directory.permissions : 0600;
    }

    /** Sets the permission bits of a directory, as an administrator would with chmod. */
    public synchronized void setPermissions(String directory, int bits) throws IOException {
        directory(directory).permissions = bits;
    }

    @Override
    public synchronized List<String> list(String directory) throws IOException {
        return new ArrayList<>(directory(directory).current.keySet());
    }

    @Override
    public synchronized void createDirectories(String directory) throws IOException {
        Directory at = root;
        for (String name : names(directory)) {
            Node next = at.current.get(name);
            if (next == null) {
                next = new Directory();
                at.put(name, next);
            }
            if (!(next instanceof Directory child)) {
                throw new IOException("mkdir " + directory + ": not a directory");
            }
            at = child;
        }
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        Directory source = directoryOf(from);
        Directory target = directoryOf(to);
        Node node = source.current.get(nameOf(from));
        if (node == null) {
            throw Disk.notFound(from);
        }
        if (target.current.get(nameOf(to)) instanceof Directory existing
                && !existing.current.isEmpty()) {
            throw new IOException("rename " + from + " " + to + ": directory not empty");
        }
        if (source == target) {
            source.apply(new Change(nameOf(from), nameOf(to), node));
        } else {
            source.apply(new Change(nameOf(from), null, null));
            target.put(nameOf(to), node);
        }
    }

    @Override
    public synchronized void delete(String path) throws IOException {
        Node node = find(path);
        if (node == null) {
            return;
        }
        if (node instanceof Directory directory && !directory.current.isEmpty()) {
            throw new IOException("remove " + path + ": directory not empty");
        }
        directoryOf(path).apply(new Change(nameOf(path), null, null));
    }

    @Override
    public synchronized void syncDirectory(String directory) throws IOException {
        directory(directory).sync();
    }

    /**
     * What a restart could find if the power failed now: everything synced, and a random part of
     * the rest. The clone has no locks and no open files, and all it holds counts as synced.
     */
    public synchronized MemDisk crashClone(RandomGenerator random) {
        MemDisk clone = new MemDisk();
        root.crashInto(clone.root, random);
        return clone;
    }

    /** The disk after a power cut that lost everything that was not synced. */
    public synchronized MemDisk crashCloneLosingAll() {
        MemDisk clone = new MemDisk();
        root.crashInto(clone.root, null);
        return clone;
    }

    private static List<String> names(String path) {
        List<String> names = new ArrayList<>();
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return names;
    }

    private static String nameOf(String path) throws IOException {
        List<String> names = names(path);
        if (names.isEmpty()) {
            throw new IOException(path + ": is the root directory");
        }
        return names.getLast();
    }

    private @Nullable Node find(String path) {
        Node at = root;
        for (String name : names(path)) {
            Node next = at instanceof Directory directory ? directory.current.get(name) : null;
            if (next == null) {
                return null;
            }
            at = next;
        }
        return at;
    }

    private Directory directory(String path) throws IOException {
        Node node = find(path);
        if (node == null) {
            throw Disk.notFound(path);
        }
        if (!(node instanceof Directory directory)) {
            throw new IOException("readdirent " + path + ": not a directory");
        }
        return directory;
    }

    private Directory directoryOf(String path) throws IOException {
        return directory(Disk.parent(path.endsWith("/") ? path.replaceAll("/+$", "") : path));
    }

    private sealed interface Node permits Directory, Inode {}

    /** One change of names that survives whole or not at all; {@code to} is null for a removal. */
    private record Change(@Nullable String from, @Nullable String to, @Nullable Node node) {

        void applyTo(Map<String, Node> names) {
            if (from != null) {
                names.remove(from);
            }
            if (to != null && node != null) {
                names.put(to, node);
            }
        }
    }

    private static final class Directory implements Node {
        final TreeMap<String, Node> current = new TreeMap<>();
        private final TreeMap<String, Node> durable = new TreeMap<>();
        private final List<Change> unsynced = new ArrayList<>();
        int permissions = 0700;

        void put(String name, Node node) {
            apply(new Change(null, name, node));
        }

        void apply(Change change) {
            change.applyTo(current);
            unsynced.add(change);
        }

        void sync() {
            unsynced.clear();
            durable.clear();
            durable.putAll(current);
        }

        void crashInto(Directory target, @Nullable RandomGenerator random) {
            TreeMap<String, Node> survivors = new TreeMap<>(durable);
            for (Change change : unsynced) {
                if (random != null && random.nextBoolean()) {
                    change.applyTo(survivors);
                }
            }
            target.permissions = permissions;
            for (Map.Entry<String, Node> survivor : survivors.entrySet()) {
                Node copy =
                        switch (survivor.getValue()) {
                            case Directory directory -> {
                                Directory child = new Directory();
                                directory.crashInto(child, random);
                                yield child;
                            }
                            case Inode inode -> inode.crashClone(random);
                        };
                target.current.put(survivor.getKey(), copy);
            }
            target.sync();
        }
    }

    /** The content of one file: sectors by number, absent ones read as zeros. */
    private static final class Inode implements Node {
        private TreeMap<Long, byte[]> current = new TreeMap<>();
        private TreeMap<Long, byte[]> durable = new TreeMap<>();
        private final TreeSet<Long> dirty = new TreeSet<>();
        private long size;
        private long durableSize;
        private boolean locked;

        int read(ByteBuffer target, long position) {
            int count = (int) Math.min(target.remaining(), Math.max(0, size - position));
            for (int done = 0; done < count; ) {
                long at = position + done;
                int within = (int) (at % SECTOR_BYTES);
                int length = Math.min(SECTOR_BYTES - within, count - done);
                byte[] sector = current.get(at / SECTOR_BYTES);
                if (sector == null) {
                    target.put(new byte[length]);
                } else {
                    target.put(sector, within, length);
                }
                done += length;
            }
            return count;
        }

        void write(ByteBuffer source, long position) {
            long at = position;
            while (source.hasRemaining()) {
                int within = (int) (at % SECTOR_BYTES);
                int length = Math.min(SECTOR_BYTES - within, source.remaining());
                byte[] old = current.get(at / SECTOR_BYTES);
                byte[] sector = old == null ? new byte[SECTOR_BYTES] : old.clone();
                source.get(sector, within, length);
                current.put(at / SECTOR_BYTES, sector);
                dirty.add(at / SECTOR_BYTES);
                at += length;
            }
            size = Math.max(size, at);
        }

        void fillZeros(long from, long to) {
            long first = (from + SECTOR_BYTES - 1) / SECTOR_BYTES;
            long end = Math.max(first, to / SECTOR_BYTES);
            if (first * SECTOR_BYTES > from) {
                zero(from, Math.min(to, first * SECTOR_BYTES));
            }
            dropSectors(first, end);
            zero(Math.max(from, end * SECTOR_BYTES), to);
            size = Math.max(size, to);
        }

        private void zero(long from, long to) {
            if (from < to) {
                write(ByteBuffer.allocate((int) (to - from)), from);
            }
        }

        private void dropSectors(long first, long end) {
            Map<Long, byte[]> range = current.subMap(first, end);
            dirty.addAll(range.keySet());
            range.clear();
        }

        void truncate(long newSize) {
            if (newSize >= size) {
                return;
            }
            long rest = (SECTOR_BYTES - newSize % SECTOR_BYTES) % SECTOR_BYTES;
            if (rest > 0 && current.containsKey(newSize / SECTOR_BYTES)) {
                zero(newSize, newSize + rest);
            }
            dropSectors((newSize + SECTOR_BYTES - 1) / SECTOR_BYTES, Long.MAX_VALUE);
            size = newSize;
        }

        void sync() {
            for (long sector : dirty) {
                keep(durable, sector, current.get(sector));
            }
            dirty.clear();
            durableSize = size;
        }

        Inode crashClone(@Nullable RandomGenerator random) {
            Inode copy = new Inode();
            TreeMap<Long, byte[]> content = new TreeMap<>(durable);
            copy.size = durableSize;
            if (random != null) {
                copy.size = random.nextBoolean() ? size : durableSize;
                // Whole-or-nothing is as likely as a torn mixture.
                int fate = random.nextInt(4);
                for (long sector : dirty) {
                    if (fate == 0 || (fate > 1 && random.nextBoolean())) {
                        keep(content, sector, current.get(sector));
                    }
                }
            }
            copy.current = content;
            copy.dropBehindEnd();
            copy.durable = new TreeMap<>(content);
            copy.durableSize = copy.size;
            return copy;
        }

        private void dropBehindEnd() {
            long end = size;
            size = Long.MAX_VALUE;
            truncate(end);
            dirty.clear();
        }

        private static void keep(Map<Long, byte[]> map, long sector, byte @Nullable [] bytes) {
            if (bytes == null) {
                map.remove(sector);
            } else {
                map.put(sector, bytes);
            }
        }
    }

    private final class MemFile implements DiskFile {
        private final String path;
        private final Inode inode;
        private final boolean writable;
        private boolean holdsLock;
        private boolean closed;

        MemFile(String path, Inode inode, boolean writable) {
            this.path = path;
            this.inode = inode;
            this.writable = writable;
        }

        private void checkOpen(boolean forWrite) throws IOException {
            if (closed) {
                throw new IOException(path + ": file already closed");
            }
            if (forWrite && !writable) {
                throw new IOException(path + ": opened for reading");
            }
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public long size() throws IOException {
            synchronized (MemDisk.this) {
                checkOpen(false);
                return inode.size;
            }
        }

        @Override
        public int readAt(ByteBuffer target, long position) throws IOException {
            synchronized (MemDisk.this) {
                checkOpen(false);
                return inode.read(target, position);
            }
        }

        @Override
        public void writeAt(ByteBuffer source, long position) throws IOException {
            synchronized (MemDisk.this) {
                checkOpen(true);
                inode.write(source, position);
            }
        }

        @Override
        public void fillZeros(long from, long to) throws IOException {
            synchronized (MemDisk.this) {
                checkOpen(true);
                inode.fillZeros(from, to);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (MemDisk.this) {
                checkOpen(true);
                inode.truncate(size);
            }
        }

        @Override
        public void sync() throws IOException {
            synchronized (MemDisk.this) {
                checkOpen(false);
                inode.sync();
            }
        }

        @Override
        public boolean tryLock() throws IOException {
            synchronized (MemDisk.this) {
                checkOpen(true);
                if (inode.locked) {
                    return false;
                }
                inode.locked = true;
                holdsLock = true;
                return true;
            }
        }

        @Override
        public void close() {
            synchronized (MemDisk.this) {
                if (holdsLock && !closed) {
                    inode.locked = false;
                }
                closed = true;
            }
        }

        @Override
        public String toString() {
            return "MemFile["
                    + path
                    + ", "
                    + inode.size
                    + " bytes, dirty sectors "
                    + Arrays.toString(inode.dirty.toArray())
                    + "]";
        }
    }
}
