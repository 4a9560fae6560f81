package dev.quorate.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A member's data directory, held by this process alone until it is closed.
 *
 * <pre>
 *   data-dir/            0700
 *     member/            0700
 *       lock             locked by the process that uses the directory
 *       snap/            0700
 *       wal/             0700, made by the log itself, perhaps elsewhere
 * </pre>
 */
public final class DataDir implements Closeable {

    private static final int PRIVATE = 0700;
    private static final String MEMBER = "member";

    /** Known from etcd up to 3.5, and therefore no surprise. */
    private static final String PROXY = "proxy";

    private final String path;
    private final String walDirectory;
    private final List<String> permissionWarnings;
    private final List<String> unexpectedNames;
    private final DiskFile lock;

    private DataDir(
            String path,
            String walDirectory,
            List<String> permissionWarnings,
            List<String> unexpectedNames,
            DiskFile lock) {
        this.path = path;
        this.walDirectory = walDirectory;
        this.permissionWarnings = List.copyOf(permissionWarnings);
        this.unexpectedNames = List.copyOf(unexpectedNames);
        this.lock = lock;
    }

    /**
     * Creates what is missing, locks the directory and looks at what is there.
     *
     * @param path the data directory
     * @param dedicatedWalDirectory a place of its own for the log, or empty
     * @throws IOException if the directory cannot be used, or another process uses it
     */
    public static DataDir open(Disk disk, String path, String dedicatedWalDirectory)
            throws IOException {
        List<String> warnings = new ArrayList<>();
        List<String> unexpected = new ArrayList<>();
        if (disk.exists(path)) {
            for (String name : disk.list(path)) {
                if (!name.equals(MEMBER) && !name.equals(PROXY)) {
                    unexpected.add(name);
                }
            }
        }
        String member = Disk.join(path, MEMBER);
        String snap = Disk.join(member, "snap");
        provide(disk, path, "cannot access data directory", warnings);
        provide(disk, member, "cannot access member directory", warnings);
        provide(disk, snap, "failed to create snapshot directory", warnings);
        boolean dedicated = !dedicatedWalDirectory.isEmpty();
        if (dedicated) {
            provide(disk, dedicatedWalDirectory, "failed to create WAL", warnings);
        }
        disk.syncDirectory(Disk.parent(path));
        disk.syncDirectory(path);
        disk.syncDirectory(member);
        String wal = dedicated ? dedicatedWalDirectory : Disk.join(member, "wal");
        return new DataDir(path, wal, warnings, unexpected, lock(disk, path, member));
    }

    private static void provide(Disk disk, String directory, String failure, List<String> warnings)
            throws IOException {
        if (!disk.exists(directory)) {
            try {
                disk.createDirectories(directory);
            } catch (IOException e) {
                throw new IOException(failure + ": " + e.getMessage(), e);
            }
            return;
        }
        int mode = disk.permissions(directory);
        if (mode != PRIVATE) {
            warnings.add(
                    "directory \""
                            + directory
                            + "\" exist, but the permission is \"d"
                            + letters(mode)
                            + "\". The recommended permission is \"-"
                            + letters(PRIVATE)
                            + "\" to prevent possible unprivileged access to the data");
        }
    }

    private static DiskFile lock(Disk disk, String path, String member) throws IOException {
        DiskFile file = disk.open(Disk.join(member, "lock"), Disk.OpenMode.CREATE);
        if (!file.tryLock()) {
            file.close();
            throw new IOException(
                    "another process is using the data directory "
                            + path
                            + " and holds the lock on "
                            + file.path());
        }
        return file;
    }

    private static String letters(int mode) {
        StringBuilder letters = new StringBuilder("rwxrwxrwx");
        for (int i = 0; i < letters.length(); i++) {
            if ((mode & 0400 >> i) == 0) {
                letters.setCharAt(i, '-');
            }
        }
        return letters.toString();
    }

    /** The directory of snapshots and of the store. */
    public String snapDirectory() {
        return Disk.join(memberDirectory(), "snap");
    }

    /** The directory of the log; it may not exist yet. */
    public String walDirectory() {
        return walDirectory;
    }

    /** The directory of everything that belongs to the member. */
    public String memberDirectory() {
        return Disk.join(path, MEMBER);
    }

    /**
     * Directories that others may enter, worded as etcd words its warning "check file permission".
     */
    public List<String> permissionWarnings() {
        return permissionWarnings;
    }

    /** Names that do not belong here; etcd warns "found invalid file under data directory". */
    public List<String> unexpectedNames() {
        return unexpectedNames;
    }

    /** Lets other processes use the directory. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
