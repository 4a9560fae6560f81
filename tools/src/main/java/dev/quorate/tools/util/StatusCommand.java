package dev.quorate.tools.util;

import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.bbolt.BucketHash;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.ExitException;
import dev.quorate.tools.command.Line;
import dev.quorate.tools.print.AsciiTable;
import dev.quorate.tools.print.Sizes;
import java.io.PrintStream;
import java.nio.file.Path;

/** {@code snapshot status}: what is in a snapshot. */
final class StatusCommand {
    private final PrintStream out;

    StatusCommand(PrintStream out) {
        this.out = out;
    }

    private record Status(int hash, long revision, long keys, long sizeBytes, String version) {}

    void run(Line line) throws ExitException {
        if (line.arguments().size() != 1) {
            throw new ExitException(
                    ExitCode.BAD_ARGUMENTS, "snapshot status requires exactly one argument");
        }
        Output output = Output.of(line);
        Status status = read(Path.of(line.arguments().getFirst()), Patience.of(line));
        out.print(text(output, status));
    }

    private static Status read(Path path, Patience patience) throws ExitException {
        try (DatabaseFile file = DatabaseFile.open(path, patience)) {
            var history = file.history();
            return new Status(
                    BucketHash.of(file.source()),
                    history.lastRevision(),
                    history.liveKeys(),
                    file.sizeBytes(),
                    file.meta().storageVersion());
        } catch (CorruptionException e) {
            throw new ExitException(
                    ExitCode.ERROR,
                    "snapshot file integrity check failed. 1 errors found.\n" + e.getMessage(),
                    e);
        }
    }

    private static String text(Output output, Status status) {
        String hash = Integer.toUnsignedString(status.hash);
        String hexHash = Integer.toHexString(status.hash);
        return switch (output) {
            case SIMPLE ->
                    String.join(
                                    ", ",
                                    hexHash,
                                    Long.toString(status.revision),
                                    Long.toString(status.keys),
                                    Sizes.text(status.sizeBytes),
                                    status.version)
                            + "\n";
            case JSON ->
                    "{\"hash\":"
                            + hash
                            + ",\"revision\":"
                            + status.revision
                            + ",\"totalKey\":"
                            + status.keys
                            + ",\"totalSize\":"
                            + status.sizeBytes
                            + ",\"version\":\""
                            + status.version
                            + "\"}\n";
            case FIELDS ->
                    "\"Hash\" : "
                            + hash
                            + "\n\"Revision\" : "
                            + status.revision
                            + "\n\"Keys\" : "
                            + status.keys
                            + "\n\"Size\" : "
                            + status.sizeBytes
                            + "\n\"Version\" : "
                            + status.version
                            + "\n";
            case TABLE ->
                    new AsciiTable("hash", "revision", "total keys", "total size", "version")
                            .row(
                                    hexHash,
                                    Long.toString(status.revision),
                                    Long.toString(status.keys),
                                    Sizes.text(status.sizeBytes),
                                    status.version)
                            .toString();
            case PROTOBUF -> throw new IllegalStateException("refused before");
        };
    }
}
