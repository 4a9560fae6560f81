package dev.quorate.tools.ctl.command;

import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** What went wrong with a file, in Go's words. */
final class FileErrors {
    private FileErrors() {}

    /** The JDK says {@code name (No such file or directory)}. */
    private static String inBrackets(String message) {
        int open = message.lastIndexOf('(');
        return message.substring(open + 1, Math.max(open + 1, message.length() - 1))
                .toLowerCase(Locale.ROOT);
    }

    static String opening(String name, Exception failure) {
        return "open " + name + ": " + reason(failure);
    }

    static String reason(Exception failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileNotFoundException e -> inBrackets(String.valueOf(e.getMessage()));
            case FileSystemException e when e.getReason() != null ->
                    e.getReason().toLowerCase(Locale.ROOT);
            default -> String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        };
    }
}
