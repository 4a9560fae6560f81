package dev.quorate.tools.etcd;

import dev.quorate.log.Log;
import dev.quorate.storage.disk.GoErrors;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** What a data directory was used for so far. */
enum DataDir {
    EMPTY,
    MEMBER,
    PROXY;

    private static final Log log = Log.of(DataDir.class);

    /** As log lines spell it. */
    String text() {
        return switch (this) {
            case EMPTY -> "empty";
            case MEMBER -> "member";
            case PROXY -> "proxy";
        };
    }

    /** A directory that cannot be what it should be; the message is that of the fatal line. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1;
        private final String problem;

        UnusableException(String message, String problem) {
            super(message);
            this.problem = problem;
        }

        /** The cause in the words of the system, or empty. */
        String problem() {
            return problem;
        }
    }

    /** Looks into a directory, which need not exist; what does not belong there is warned of. */
    static DataDir of(Path dir) throws UnusableException {
        if (Files.exists(dir) && !Files.isDirectory(dir)) {
            throw new UnusableException(
                    "failed to list data directory", "readdirent " + dir + ": not a directory");
        }
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir)) {
            entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
        } catch (NoSuchFileException _) {
            return EMPTY;
        } catch (IOException e) {
            throw new UnusableException("failed to list data directory", GoErrors.text("open", e));
        }
        for (String name : names) {
            if (!name.equals("member") && !name.equals("proxy")) {
                log.warn(
                        "found invalid file under data directory",
                        "filename",
                        name,
                        "data-dir",
                        dir);
            }
        }
        if (names.contains("member") && names.contains("proxy")) {
            throw new UnusableException(
                    "invalid datadir; both member and proxy directories exist", "");
        }
        return names.contains("member") ? MEMBER : names.contains("proxy") ? PROXY : EMPTY;
    }
}
