package dev.quorate.tools.util;

import dev.quorate.server.config.EtcdVersion;
import dev.quorate.tools.command.Answer;
import dev.quorate.tools.command.Command;
import dev.quorate.tools.command.CommandLine;
import dev.quorate.tools.command.ExitException;
import dev.quorate.tools.command.HelpStyle;
import dev.quorate.tools.command.Line;
import dev.quorate.tools.command.Option;
import dev.quorate.tools.command.ValueKind;
import java.io.PrintStream;
import java.util.List;

/** The commands of etcdutl, in the words of etcdutl 3.7.1. */
final class EtcdutlCommand {
    static final String TIMEOUT = "timeout";

    private static final long MAP_BYTES = 10L << 30;

    private final PrintStream out;
    private final PrintStream err;

    EtcdutlCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs one command line and returns the exit code. */
    int run(List<String> words) {
        return switch (CommandLine.read(program(), words)) {
            case Answer answer -> {
                out.print(answer.out());
                err.print(answer.err());
                yield answer.exitCode();
            }
            case Line line -> run(line);
        };
    }

    private int run(Line line) {
        try {
            switch (line.command().pathInside()) {
                case "defrag" -> DefragCommand.run(line);
                case "hashkv" -> new HashKvCommand(out).run(line);
                case "import" -> new ImportCommand(out).run(line);
                case "migrate" -> MigrateCommand.run(line);
                case "snapshot status" -> new StatusCommand(out).run(line);
                case "snapshot restore" -> RestoreCommand.run(line);
                case "version" -> version();
                default -> throw new IllegalStateException(line.command().path());
            }
            return 0;
        } catch (ExitException e) {
            err.print("Error: " + e.getMessage() + "\n");
            return e.code();
        }
    }

    private void version() {
        String version = EtcdVersion.SERVER;
        out.print("etcdutl version: " + version + "\n");
        out.print("API version: " + version.substring(0, version.lastIndexOf('.')) + "\n");
    }

    private static Command program() {
        return new Command("etcdutl", "An administrative command line tool for etcd3.")
                .style(HelpStyle.ETCDUTL)
                .inheritable(
                        new Option(
                                        Output.OPTION,
                                        "w",
                                        ValueKind.STRING,
                                        "simple",
                                        "set the output format (fields, json, protobuf, simple, table)")
                                .offering("fields", "json", "protobuf", "simple", "table"),
                        Option.duration(
                                TIMEOUT,
                                "10s",
                                "time to wait to obtain a file lock on db file, 0 to block indefinitely"))
                .children(
                        defrag(),
                        hashKv(),
                        importing(),
                        migrate(),
                        snapshot(),
                        new Command("version", "Prints the version of etcdutl"),
                        CommandLine.completionCommand(),
                        CommandLine.helpCommand());
    }

    private static Command defrag() {
        return new Command("defrag", "Defragments the storage of the etcd")
                .required(
                        Option.directory(
                                DefragCommand.DATA_DIR,
                                "Required. Defragments a data directory not in use by etcd."));
    }

    private static Command importing() {
        return new Command(
                        "import <etcd data dir> --data-dir {output dir}",
                        "Takes over a stopped member of etcd: makes a data directory of this project from its own")
                .arguments(1)
                .required(
                        Option.directory(
                                ImportCommand.DATA_DIR, "Path to the output data directory"))
                .options(
                        Option.directory(
                                ImportCommand.WAL_DIR,
                                "Path to the output WAL directory (use --data-dir if none given)"),
                        Option.directory(
                                ImportCommand.SOURCE_WAL_DIR,
                                "Path to the WAL directory of etcd, if it is not in its data dir"));
    }

    private static Command migrate() {
        return new Command(
                        "migrate",
                        "Migrates schema of etcd data dir files to make them compatible with different etcd version")
                .required(Option.directory(MigrateCommand.DATA_DIR, "Path to the etcd data dir"))
                .required(
                        Option.string(
                                MigrateCommand.TARGET,
                                "",
                                "Target etcd version to migrate contents of data dir. Minimal value 3.5. Format \"X.Y\" for"
                                        + " example 3.6."))
                .options(
                        Option.bool(
                                MigrateCommand.FORCE,
                                "Ignore migration failure and forcefully override storage version. Not recommended."));
    }

    private static Command hashKv() {
        return new Command("hashkv <filename>", "Prints the KV history hash of a given file")
                .arguments(1)
                .options(
                        Option.integer(
                                HashKvCommand.REVISION,
                                0,
                                "maximum revision to hash (default: latest revision)"));
    }

    private static Command snapshot() {
        return new Command("snapshot", "Manages etcd node snapshots")
                .children(
                        new Command(
                                "status <filename>",
                                "Gets backend snapshot status of a given file"),
                        restore());
    }

    private static Command restore() {
        return new Command(
                        "restore <filename> --data-dir {output dir} [options]",
                        "Restores an etcd member snapshot to an etcd directory")
                .options(
                        Option.directory(
                                RestoreCommand.DATA_DIR, "Path to the output data directory"),
                        Option.directory(
                                RestoreCommand.WAL_DIR,
                                "Path to the WAL directory (use --data-dir if none given)"),
                        Option.string(
                                RestoreCommand.CLUSTER,
                                "default=http://localhost:2380",
                                "Initial cluster configuration for restore bootstrap"),
                        Option.string(
                                RestoreCommand.TOKEN,
                                "etcd-cluster",
                                "Initial cluster token for the etcd cluster during restore bootstrap"),
                        Option.string(
                                RestoreCommand.ADVERTISED,
                                "http://localhost:2380",
                                "List of this member's peer URLs to advertise to the rest of the cluster"),
                        Option.string(
                                RestoreCommand.NAME,
                                "default",
                                "Human-readable name for this member"),
                        Option.bool(
                                RestoreCommand.SKIP_HASH,
                                "Ignore snapshot integrity hash value (required if copied from data directory)"),
                        Option.unsigned(
                                RestoreCommand.MAP_SIZE,
                                MAP_BYTES,
                                "Initial memory map size of the database in bytes. It uses the default value if not defined or"
                                        + " defined to 0"),
                        Option.unsigned(
                                RestoreCommand.BUMP,
                                0,
                                "How much to increase the latest revision after restore"),
                        Option.bool(
                                RestoreCommand.MARK,
                                "Mark the latest revision after restore as the point of scheduled compaction (required if"
                                        + " --bump-revision > 0, disallowed otherwise)"));
    }
}
