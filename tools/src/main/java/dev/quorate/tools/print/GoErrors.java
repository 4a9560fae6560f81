package dev.quorate.tools.print;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;

/** What went wrong with a file, in the words of Go programs. */
public final class GoErrors {
    private GoErrors() {}

    /**
     * For example {@code open x: no such file or directory}.
     *
     * @param operation what was tried, unless the message says so itself
     */
    public static String text(String operation, IOException failure) {
        if (failure instanceof FileSystemException e) {
            return operation + " " + e.getFile() + ": " + reason(e);
        }
        return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }

    private static String reason(FileSystemException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "file exists";
            case NotDirectoryException _ -> "not a directory";
            case DirectoryNotEmptyException _ -> "directory not empty";
            default -> lower(Objects.requireNonNullElse(failure.getReason(), "input/output error"));
        };
    }

    private static String lower(String reason) {
        return reason.isEmpty()
                ? reason
                : Character.toLowerCase(reason.charAt(0)) + reason.substring(1);
    }
}
