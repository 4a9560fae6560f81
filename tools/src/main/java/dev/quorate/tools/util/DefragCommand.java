package dev.quorate.tools.util;

import dev.quorate.log.Log;
import dev.quorate.server.offline.Compactor;
import dev.quorate.server.offline.Layout;
import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.disk.GoErrors;
import dev.quorate.storage.disk.RealDisk;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.ExitException;
import dev.quorate.tools.command.Line;
import dev.quorate.tools.print.Sizes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** {@code defrag}: makes the database of a stopped member compact. */
final class DefragCommand {
    static final String DATA_DIR = "data-dir";

    private static final Log LOG = Log.of(DefragCommand.class);

    private DefragCommand() {}

    static void run(Line line) throws ExitException {
        Layout layout = new Layout(line.values().text(DATA_DIR), "");
        Patience patience = Patience.of(line);
        try {
            RealDisk disk = new RealDisk();
            Compactor compactor = new Compactor(disk, patience::open);
            switch (layout.kind(disk)) {
                case OURS -> compact(layout.engineDir(), () -> compactor.ours(layout));
                case ETCD -> compact(layout.etcdDatabase(), () -> compactor.etcds(layout));
                case NONE ->
                        throw new IOException(
                                "stat " + layout.etcdDatabase() + ": no such file or directory");
            }
        } catch (IOException | CorruptionException e) {
            String text =
                    e instanceof IOException io
                            ? GoErrors.text("open", io)
                            : String.valueOf(e.getMessage());
            throw new ExitException(
                    ExitCode.ERROR,
                    "Failed to defragment etcd data[" + layout.dataDir() + "] (" + text + ")",
                    e);
        }
    }

    private interface Work {
        Compactor.Sizes run() throws IOException;
    }

    private static void compact(String path, Work work) throws IOException {
        LOG.info("defragmenting", "path", Path.of(path));
        long start = System.nanoTime();
        Compactor.Sizes sizes = work.run();
        LOG.info(
                "finished defragmenting directory",
                "path",
                Path.of(path),
                "current-db-size-bytes-diff",
                sizes.after() - sizes.before(),
                "current-db-size-bytes",
                sizes.after(),
                "current-db-size",
                Sizes.text(sizes.after()),
                "current-db-size-in-use-bytes-diff",
                sizes.usedAfter() - sizes.usedBefore(),
                "current-db-size-in-use-bytes",
                sizes.usedAfter(),
                "current-db-size-in-use",
                Sizes.text(sizes.usedAfter()),
                "took",
                Duration.ofNanos(System.nanoTime() - start));
    }
}
