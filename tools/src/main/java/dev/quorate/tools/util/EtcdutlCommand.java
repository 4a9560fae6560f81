package dev.quorate.tools.util;

import dev.quorate.server.config.EtcdVersion;
import dev.quorate.tools.command.Arguments;
import dev.quorate.tools.command.Command;
import dev.quorate.tools.command.CommandLine;
import dev.quorate.tools.command.HelpStyle;
import dev.quorate.tools.command.Option;
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
        return new CommandLine(root(), HelpStyle.ETCDUTL, out, err).run(words);
    }

    private Command root() {
        return Command.named("etcdutl")
                .inheritedOption(
                        Option.text(
                                        Output.OPTION,
                                        "simple",
                                        "set the output format (fields, json, protobuf, simple, table)")
                                .letter('w'))
                .inheritedOption(
                        Option.duration(
                                TIMEOUT,
                                "10s",
                                "time to wait to obtain a file lock on db file, 0 to block indefinitely"))
                .child(defrag())
                .child(hashKv())
                .child(importing())
                .child(migrate())
                .child(snapshot())
                .child(version())
                .child(CommandLine.completionCommand(out))
                .child(CommandLine.helpCommand());
    }

    private static Command defrag() {
        return Command.named("defrag")
                .summary("Defragments the storage of the etcd")
                .requiredOption(
                        Option.text(
                                DefragCommand.DATA_DIR,
                                "",
                                "Required. Defragments a data directory not in use by etcd."))
                .action(new DefragCommand()::run);
    }

    private Command importing() {
        return Command.named("import <etcd data dir> --data-dir {output dir}")
                .summary(
                        "Takes over a stopped member of etcd: makes a data directory of this project from its own")
                .arguments(Arguments.exactly(1))
                .requiredOption(
                        Option.text(
                                ImportCommand.DATA_DIR, "", "Path to the output data directory"))
                .option(
                        Option.text(
                                ImportCommand.WAL_DIR,
                                "",
                                "Path to the output WAL directory (use --data-dir if none given)"))
                .option(
                        Option.text(
                                ImportCommand.SOURCE_WAL_DIR,
                                "",
                                "Path to the WAL directory of etcd, if it is not in its data dir"))
                .action(new ImportCommand(out)::run);
    }

    private static Command migrate() {
        return Command.named("migrate")
                .summary(
                        "Migrates schema of etcd data dir files to make them compatible with different etcd version")
                .requiredOption(
                        Option.text(MigrateCommand.DATA_DIR, "", "Path to the etcd data dir"))
                .requiredOption(
                        Option.text(
                                MigrateCommand.TARGET,
                                "",
                                "Target etcd version to migrate contents of data dir. Minimal value 3.5. Format \"X.Y\" for"
                                        + " example 3.6."))
                .option(
                        Option.flag(
                                MigrateCommand.FORCE,
                                "Ignore migration failure and forcefully override storage version. Not recommended."))
                .action(new MigrateCommand()::run);
    }

    private Command hashKv() {
        return Command.named("hashkv <filename>")
                .summary("Prints the KV history hash of a given file")
                .arguments(Arguments.exactly(1))
                .option(
                        Option.number(
                                HashKvCommand.REVISION,
                                0,
                                "maximum revision to hash (default: latest revision)"))
                .action(new HashKvCommand(out)::run);
    }

    private Command snapshot() {
        return Command.named("snapshot")
                .summary("Manages etcd node snapshots")
                .child(
                        Command.named("status <filename>")
                                .summary("Gets backend snapshot status of a given file")
                                .action(new StatusCommand(out)::run))
                .child(restore());
    }

    private static Command restore() {
        return Command.named("restore <filename> --data-dir {output dir} [options]")
                .summary("Restores an etcd member snapshot to an etcd directory")
                .option(
                        Option.text(
                                RestoreCommand.DATA_DIR, "", "Path to the output data directory"))
                .option(
                        Option.text(
                                RestoreCommand.WAL_DIR,
                                "",
                                "Path to the WAL directory (use --data-dir if none given)"))
                .option(
                        Option.text(
                                RestoreCommand.CLUSTER,
                                "default=http://localhost:2380",
                                "Initial cluster configuration for restore bootstrap"))
                .option(
                        Option.text(
                                RestoreCommand.TOKEN,
                                "etcd-cluster",
                                "Initial cluster token for the etcd cluster during restore bootstrap"))
                .option(
                        Option.text(
                                RestoreCommand.ADVERTISED,
                                "http://localhost:2380",
                                "List of this member's peer URLs to advertise to the rest of the cluster"))
                .option(
                        Option.text(
                                RestoreCommand.NAME,
                                "default",
                                "Human-readable name for this member"))
                .option(
                        Option.flag(
                                RestoreCommand.SKIP_HASH,
                                "Ignore snapshot integrity hash value (required if copied from data directory)"))
                .option(
                        Option.unsigned(
                                RestoreCommand.MAP_SIZE,
                                MAP_BYTES,
                                "Initial memory map size of the database in bytes. It uses the default value if not defined or"
                                        + " defined to 0"))
                .option(
                        Option.unsigned(
                                RestoreCommand.BUMP,
                                0,
                                "How much to increase the latest revision after restore"))
                .option(
                        Option.flag(
                                RestoreCommand.MARK,
                                "Mark the latest revision after restore as the point of scheduled compaction (required if"
                                        + " --bump-revision > 0, disallowed otherwise)"))
                .action(new RestoreCommand()::run);
    }

    private Command version() {
        return Command.named("version")
                .summary("Prints the version of etcdutl")
                .action(_ -> {
                    out.print(
                            "etcdutl version: "
                                    + EtcdVersion.SERVER
                                    + "\nAPI version: "
                                    + EtcdVersion.SERVER.substring(
                                            0, EtcdVersion.SERVER.lastIndexOf('.'))
                                    + "\n");
                    return 0;
                });
    }
}
