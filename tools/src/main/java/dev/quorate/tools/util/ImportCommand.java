package dev.quorate.tools.util;

import dev.quorate.server.offline.EtcdImport;
import dev.quorate.server.offline.Layout;
import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.disk.GoErrors;
import dev.quorate.storage.disk.RealDisk;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.ExitException;
import dev.quorate.tools.command.Line;
import dev.quorate.tools.print.AsciiTable;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** {@code import}: makes a data directory of this project from one of etcd, with the same member in it. */
final class ImportCommand {
    static final String DATA_DIR = "data-dir";
    static final String WAL_DIR = "wal-dir";
    static final String SOURCE_WAL_DIR = "source-wal-dir";

    private final PrintStream out;

    ImportCommand(PrintStream out) {
        this.out = out;
    }

    void run(Line line) throws ExitException {
        Output output = Output.of(line);
        Layout from = new Layout(line.arguments().getFirst(), line.values().text(SOURCE_WAL_DIR));
        Layout to = new Layout(line.values().text(DATA_DIR), line.values().text(WAL_DIR));
        RestoreCommand.checkTarget(to);
        try {
            EtcdImport.Result result =
                    new EtcdImport(new RealDisk(), Patience.of(line)::open).run(from, to);
            out.print(text(output, fields(result)));
        } catch (EtcdImport.RefusedException | CorruptionException e) {
            throw new ExitException(ExitCode.ERROR, e);
        } catch (IOException e) {
            throw new ExitException(ExitCode.ERROR, GoErrors.text("open", e), e);
        }
    }

    private record Field(String name, String json, String value, boolean isText) {}

    private static List<Field> fields(EtcdImport.Result result) {
        return List.of(
                new Field("Member ID", "memberID", Long.toHexString(result.memberId()), true),
                new Field("Cluster ID", "clusterID", Long.toHexString(result.clusterId()), true),
                new Field("Version", "version", result.version(), true),
                number("Records", "records", result.records()),
                number("Revision", "revision", result.revision()),
                number("Compact revision", "compactRevision", result.compactRevision()),
                number("Keys", "totalKey", result.liveKeys()),
                number("Hash", "hash", result.keyHash()),
                number("Leases", "leases", result.leases()),
                number("Users", "users", result.users()),
                number("Roles", "roles", result.roles()),
                new Field(
                        "Auth enabled",
                        "authEnabled",
                        Boolean.toString(result.authEnabled()),
                        false),
                number("Members", "members", result.members()),
                number("Applied index", "appliedIndex", result.appliedIndex()),
                number("Last index", "lastIndex", result.lastIndex()));
    }

    private static Field number(String name, String json, long value) {
        return new Field(name, json, Long.toString(value), false);
    }

    private static String text(Output output, List<Field> fields) {
        StringBuilder text = new StringBuilder();
        switch (output) {
            case SIMPLE ->
                    text.append("Imported and verified: ")
                            .append(
                                    String.join(
                                            ", ",
                                            fields.stream()
                                                    .map(field -> field.json + " " + field.value)
                                                    .toList()))
                            .append('\n');
            case FIELDS ->
                    fields.forEach(field ->
                            text.append('"')
                                    .append(field.name)
                                    .append("\" : ")
                                    .append(field.value)
                                    .append('\n'));
            case JSON -> {
                List<String> members = new ArrayList<>();
                for (Field field : fields) {
                    String quote = field.isText ? "\"" : "";
                    members.add("\"" + field.json + "\":" + quote + field.value + quote);
                }
                text.append('{').append(String.join(",", members)).append("}\n");
            }
            case TABLE -> {
                AsciiTable table =
                        new AsciiTable(fields.stream().map(Field::name).toArray(String[]::new));
                text.append(table.row(fields.stream().map(Field::value).toList()));
            }
            case PROTOBUF -> throw new IllegalStateException("refused before");
        }
        return text.toString();
    }
}
