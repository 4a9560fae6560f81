package dev.quorate.storage.disk;

import java.io.FileNotFoundException;
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
        return failure instanceof FileSystemException e
                ? text(operation, e.getFile(), e)
                : Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }

    /** The same where the name is known, of failures that do not tell it, too. */
    public static String text(String operation, String name, Exception failure) {
        return operation + " " + name + ": " + reason(failure);
    }

    private static String reason(Exception failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "file exists";
            case NotDirectoryException _ -> "not a directory";
            case DirectoryNotEmptyException _ -> "directory not empty";
            case FileNotFoundException e -> inBrackets(String.valueOf(e.getMessage()));
            case FileSystemException e ->
                    lower(Objects.requireNonNullElse(e.getReason(), "input/output error"));
            default -> lower(String.valueOf(failure.getMessage()));
        };
    }

    /** The JDK says {@code name (No such file or directory)}. */
    private static String inBrackets(String message) {
        int open = message.lastIndexOf('(');
        return lower(message.substring(open + 1, Math.max(open + 1, message.length() - 1)));
    }

    private static String lower(String reason) {
        return reason.isEmpty()
                ? reason
                : Character.toLowerCase(reason.charAt(0)) + reason.substring(1);
    }
}
