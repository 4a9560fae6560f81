package dev.quorate.storage.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Files and directories, addressed by strings with {@code '/'} between names.
 *
 * <p>Every method may be called from any thread. A method either does the whole of what it says or
 * throws; none retries. Changes of names are durable only after {@link #syncDirectory}.
 */
public interface Disk {

    /**
     * Bytes that the hardware writes whole or not at all; a torn write is torn at its multiples.
     */
    int SECTOR_BYTES = 512;

    /** How {@link #open} treats a file that exists, and one that does not. */
    enum OpenMode {
        /** The file must exist and is only read. */
        READ,
        /** The file must exist and is read and written. */
        WRITE,
        /** The file is created with mode 0600 unless it exists; it is read and written. */
        CREATE,
        /** The file must not exist and is created with mode 0600. */
        CREATE_NEW
    }

    /** Opens one file; the caller closes it. */
    DiskFile open(String path, OpenMode mode) throws IOException;

    /** Whether a file or directory has this name. */
    boolean exists(String path) throws IOException;

    /** Whether the path names a directory; false when nothing has that name. */
    boolean isDirectory(String path) throws IOException;

    /** The nine permission bits (as in 0700) of a file or directory. */
    int permissions(String path) throws IOException;

    /** Names in a directory, sorted, without {@code .} and {@code ..}. */
    List<String> list(String directory) throws IOException;

    /** Creates the directory and its missing parents with mode 0700; existing ones stay as is. */
    void createDirectories(String directory) throws IOException;

    /**
     * Gives a file or directory another name at once; an existing file of that name is replaced.
     */
    void rename(String from, String to) throws IOException;

    /** Deletes one file or empty directory; it is no error when nothing has that name. */
    void delete(String path) throws IOException;

    /** Makes the names in a directory durable. */
    void syncDirectory(String directory) throws IOException;

    /** The path of a name inside a directory. */
    static String join(String directory, String name) {
        return directory.endsWith("/") ? directory + name : directory + "/" + name;
    }

    /** The directory of a path: {@code "."} for a bare name, {@code "/"} for a name at the root. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            return ".";
        }
        return slash == 0 ? "/" : path.substring(0, slash);
    }

    /** Deletes a file, or a directory with everything below it; absent names are no error. */
    default void deleteTree(String path) throws IOException {
        if (isDirectory(path)) {
            for (String name : list(path)) {
                deleteTree(join(path, name));
            }
        }
        delete(path);
    }

    /**
     * Reads a whole file.
     *
     * @throws IOException also when the file holds more than {@code maxBytes}, so that a damaged
     *     directory cannot exhaust the memory
     */
    default byte[] readAll(String path, int maxBytes) throws IOException {
        try (DiskFile file = open(path, OpenMode.READ)) {
            long size = file.size();
            if (size > maxBytes) {
                throw new IOException(
                        path + ": " + size + " bytes (expected: <= " + maxBytes + ")");
            }
            byte[] bytes = new byte[(int) size];
            int read = file.readAt(ByteBuffer.wrap(bytes), 0);
            if (read != bytes.length) {
                throw new IOException(path + ": shrank while it was read");
            }
            return bytes;
        }
    }

    /**
     * Writes a whole file durably under its final name: temporary name, sync, rename, sync of the
     * directory. After a crash the file is there complete or not at all.
     *
     * @param temporary a name in the same directory; what it held is lost
     */
    default void writeAtomically(String path, String temporary, ByteBuffer content)
            throws IOException {
        delete(temporary);
        try (DiskFile file = open(temporary, OpenMode.CREATE_NEW)) {
            file.writeAt(content, 0);
            file.sync();
        } catch (IOException e) {
            try {
                delete(temporary);
            } catch (IOException leftover) {
                e.addSuppressed(leftover);
            }
            throw e;
        }
        rename(temporary, path);
        syncDirectory(parent(path));
    }

    /** The error for a name that is not there, worded as etcd words it. */
    static IOException notFound(String path) {
        return new FileNotFoundException("open " + path + ": no such file or directory");
    }
}
