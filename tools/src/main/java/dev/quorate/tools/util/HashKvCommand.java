package dev.quorate.tools.util;

import dev.quorate.storage.CorruptionException;
import dev.quorate.store.mvcc.KeyHash;
import dev.quorate.store.mvcc.StoredHistory;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.ExitException;
import dev.quorate.tools.command.Line;
import dev.quorate.tools.print.AsciiTable;
import java.io.PrintStream;
import java.nio.file.Path;

/** {@code hashkv}: the hash that a member with this database would report. Only reads, so that a snapshot stays one. */
final class HashKvCommand {
    static final String REVISION = "rev";

    private final PrintStream out;

    HashKvCommand(PrintStream out) {
        this.out = out;
    }

    void run(Line line) throws ExitException {
        Output output = Output.of(line);
        Path path = Path.of(line.arguments().getFirst());
        try (DatabaseFile file = DatabaseFile.open(path, Patience.of(line))) {
            out.print(text(output, hash(file.history(), line.values().integer(REVISION))));
        } catch (CorruptionException e) {
            throw new ExitException(ExitCode.ERROR, e);
        }
    }

    private static KeyHash hash(StoredHistory history, long wanted) throws ExitException {
        long revision = wanted == 0 ? history.revision() : wanted;
        if (revision > history.revision()) {
            throw new ExitException(ExitCode.ERROR, "mvcc: required revision is a future revision");
        }
        if (revision > 0 && revision < history.compactRevision()) {
            throw new ExitException(ExitCode.ERROR, "mvcc: required revision has been compacted");
        }
        return history.hash(revision);
    }

    private static String text(Output output, KeyHash hash) {
        return switch (output) {
            case SIMPLE ->
                    hash.hash() + ", " + hash.revision() + ", " + hash.compactRevision() + "\n";
            case JSON ->
                    "{\"hash\":"
                            + hash.hash()
                            + ",\"hashRevision\":"
                            + hash.revision()
                            + ",\"compactRevision\":"
                            + hash.compactRevision()
                            + "}\n";
            case FIELDS ->
                    "\"Hash\" : "
                            + hash.hash()
                            + "\n\"Hash revision\" : "
                            + hash.revision()
                            + "\n\"Compact revision\" : "
                            + hash.compactRevision()
                            + "\n";
            case TABLE ->
                    new AsciiTable("hash", "hash revision", "compact revision")
                            .row(
                                    Long.toString(hash.hash()),
                                    Long.toString(hash.revision()),
                                    Long.toString(hash.compactRevision()))
                            .toString();
            case PROTOBUF -> throw new IllegalStateException("refused before");
        };
    }
}
