package dev.quorate.tools.util;

import dev.quorate.log.Log;
import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.Url;
import dev.quorate.server.offline.Layout;
import dev.quorate.server.offline.Restore;
import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.bbolt.SnapshotTrailer;
import dev.quorate.storage.disk.GoErrors;
import dev.quorate.storage.disk.RealDisk;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.ExitException;
import dev.quorate.tools.command.Line;
import dev.quorate.tools.etcd.InitialCluster;
import dev.quorate.tools.etcd.InvalidConfigException;
import dev.quorate.tools.etcd.StartChecks;
import dev.quorate.tools.etcd.StartException;
import dev.quorate.tools.flag.Lists;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** {@code snapshot restore}: makes a member of a new cluster from a snapshot. */
final class RestoreCommand {
    static final String DATA_DIR = "data-dir";
    static final String WAL_DIR = "wal-dir";
    static final String NAME = "name";
    static final String CLUSTER = "initial-cluster";
    static final String TOKEN = "initial-cluster-token";
    static final String ADVERTISED = "initial-advertise-peer-urls";
    static final String SKIP_HASH = "skip-hash-check";
    static final String MAP_SIZE = "initial-memory-map-size";
    static final String BUMP = "bump-revision";
    static final String MARK = "mark-compacted";

    private static final Log LOG = Log.of(RestoreCommand.class);

    private RestoreCommand() {}

    static void run(Line line) throws ExitException {
        boolean bumps = line.values().unsigned(BUMP) != 0;
        if (line.arguments().size() != 1) {
            throw new ExitException(
                    ExitCode.BAD_ARGUMENTS, "snapshot restore requires exactly one argument");
        }
        if (bumps != line.values().bool(MARK)) {
            throw new ExitException(
                    ExitCode.BAD_ARGUMENTS, "--mark-compacted required if --revision-bump > 0");
        }
        Path snapshot = Path.of(line.arguments().getFirst());
        String name = line.values().text(NAME);
        String dataDir = line.values().text(DATA_DIR);
        Layout layout =
                new Layout(
                        dataDir.isEmpty() ? name + ".etcd" : dataDir, line.values().text(WAL_DIR));
        List<Bootstrap.Member> members = members(line);
        checkTarget(layout);
        Object[] described = {
            "path", snapshot,
            "wal-dir", layout.walDir(),
            "data-dir", layout.dataDir(),
            "snap-dir", layout.snapDir(),
            "initial-memory-map-size", line.values().unsigned(MAP_SIZE)
        };
        LOG.info("restoring snapshot", described);
        try {
            if (!line.values().bool(SKIP_HASH)) {
                checkHash(snapshot);
            }
            try (DatabaseFile file = DatabaseFile.open(snapshot, Patience.of(line))) {
                new Restore(new RealDisk(), Patience.of(line)::open)
                        .run(
                                file.source(),
                                new Restore.Plan(
                                        layout,
                                        name,
                                        members,
                                        line.values().text(TOKEN),
                                        line.values().unsigned(BUMP),
                                        line.values().bool(MARK)));
            }
        } catch (IOException e) {
            throw new ExitException(ExitCode.ERROR, GoErrors.text("open", e), e);
        } catch (CorruptionException e) {
            throw new ExitException(ExitCode.ERROR, e);
        }
        LOG.info("restored snapshot", described);
    }

    private static void checkHash(Path snapshot) throws IOException, ExitException {
        if (Files.isDirectory(snapshot)) {
            throw new ExitException(
                    ExitCode.ERROR, "snapshot missing hash but --skip-hash-check=false");
        }
        try {
            SnapshotTrailer.check(snapshot);
        } catch (SnapshotTrailer.MismatchException e) {
            throw new ExitException(ExitCode.ERROR, e);
        }
    }

    /** The flags against each other, as the server checks them at its first start. */
    private static List<Bootstrap.Member> members(Line line) throws ExitException {
        String name = line.values().text(NAME);
        try {
            List<Url> advertised = Url.parseAll(Lists.split(line.values().text(ADVERTISED)));
            for (String part : Lists.splitOrEmpty(line.values().text(CLUSTER))) {
                if (!part.contains("=")) {
                    Url.parse("");
                }
            }
            List<Bootstrap.Member> members = InitialCluster.parse(line.values().text(CLUSTER));
            Bootstrap.Member self =
                    members.stream()
                            .filter(member -> member.name().equals(name))
                            .findFirst()
                            .orElseThrow(() ->
                                    new StartException(
                                            "couldn't find local name \""
                                                    + name
                                                    + "\" in the initial cluster configuration"));
            checkDuplicates(members);
            StartChecks.advertised(self, advertised);
            return members;
        } catch (InvalidConfigException | IllegalArgumentException | StartException e) {
            String message = String.valueOf(e.getMessage());
            String prefix = "error setting up initial cluster: ";
            throw new ExitException(
                    ExitCode.ERROR,
                    message.startsWith(prefix) ? message.substring(prefix.length()) : message,
                    e);
        }
    }

    private static void checkDuplicates(List<Bootstrap.Member> members) throws StartException {
        Set<String> seen = new TreeSet<>();
        List<String> shown = new ArrayList<>();
        boolean duplicate = false;
        for (Bootstrap.Member member : members) {
            for (Url url : member.peerUrls()) {
                shown.add(member.name() + "=" + url);
                duplicate |= !seen.add(url.text());
            }
        }
        if (duplicate) {
            shown.sort(null);
            throw new StartException(
                    "initial cluster " + String.join(",", shown) + " has duplicate url");
        }
    }

    /** Refuses a data directory with something in it, and a log's directory that is there. */
    static void checkTarget(Layout layout) throws ExitException {
        Path dataDir = Path.of(layout.dataDir());
        if (Files.exists(dataDir) && !isEmptyDirectory(dataDir)) {
            throw new ExitException(
                    ExitCode.ERROR, "data-dir \"" + dataDir + "\" not empty or could not be read");
        }
        if (Files.exists(Path.of(layout.walDir()))) {
            throw new ExitException(ExitCode.ERROR, "wal-dir \"" + layout.walDir() + "\" exists");
        }
    }

    private static boolean isEmptyDirectory(Path path) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            return !entries.iterator().hasNext();
        } catch (IOException _) {
            return false;
        }
    }
}
