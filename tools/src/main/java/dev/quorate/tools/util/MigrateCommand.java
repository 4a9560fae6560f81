package dev.quorate.tools.util;

import dev.quorate.log.Log;
import dev.quorate.server.config.EtcdVersion;
import dev.quorate.server.offline.Layout;
import dev.quorate.server.offline.StorageVersion;
import dev.quorate.storage.CorruptionException;
import dev.quorate.storage.disk.GoErrors;
import dev.quorate.storage.disk.RealDisk;
import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.ExitException;
import dev.quorate.tools.command.Line;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code migrate}: changes the version that a stopped member's database claims to have the form of. */
final class MigrateCommand {
    static final String DATA_DIR = "data-dir";
    static final String TARGET = "target-version";
    static final String FORCE = "force";

    private static final Log LOG = Log.of(MigrateCommand.class);
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.\\d+)?");
    private static final Version LEAST = new Version(3, 5);

    private record Version(int major, int minor) {
        /** Reads {@code X.Y} or {@code X.Y.Z}. */
        static Version parse(String text) {
            Matcher matcher = VERSION.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(text);
            }
            return new Version(
                    Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        }

        boolean isBefore(Version other) {
            return major < other.major || (major == other.major && minor < other.minor);
        }

        Version withMinor(int next) {
            return new Version(major, next);
        }

        String full() {
            return this + ".0";
        }

        @Override
        public String toString() {
            return major + "." + minor;
        }
    }

    private MigrateCommand() {}

    static void run(Line line) throws ExitException {
        Version target = target(line.values().text(TARGET));
        Layout layout = new Layout(line.values().text(DATA_DIR), "");
        Patience patience = Patience.of(line);
        RealDisk disk = new RealDisk();
        try {
            Layout.Kind kind = layout.kind(disk);
            if (kind == Layout.Kind.NONE) {
                throw new IOException(
                        "stat " + layout.etcdDatabase() + ": no such file or directory");
            }
            migrate(
                    new StorageVersion(disk, patience::open, layout, kind),
                    target,
                    line.values().bool(FORCE));
        } catch (IOException e) {
            throw new ExitException(ExitCode.ERROR, GoErrors.text("open", e), e);
        } catch (CorruptionException e) {
            throw new ExitException(ExitCode.ERROR, e);
        }
    }

    private static Version target(String text) throws ExitException {
        if (!text.matches("\\d{1,4}\\.\\d{1,4}")) {
            throw new ExitException(
                    ExitCode.BAD_ARGUMENTS,
                    "wrong target version format, expected \"X.Y\", got \"" + text + "\"");
        }
        Version target = Version.parse(text);
        if (target.isBefore(LEAST)) {
            throw new ExitException(
                    ExitCode.BAD_ARGUMENTS,
                    "target version \"" + target + "\" not supported. Minimal \"" + LEAST + "\"");
        }
        return target;
    }

    private static void migrate(StorageVersion storage, Version target, boolean force)
            throws IOException, ExitException {
        StorageVersion.Found found = storage.read();
        if (found.version().isEmpty()) {
            LOG.error(
                    "failed to detect storage version. Please make sure you are using data dir from etcd v3.5 and older");
            throw new ExitException(ExitCode.ERROR, found.missing());
        }
        Version current = version(found.version());
        if (current.equals(target)) {
            LOG.info("storage version up-to-date", "storage-version", target);
            return;
        }
        String obstacle = obstacle(storage, current, target);
        if (obstacle.isEmpty()) {
            int step = current.isBefore(target) ? 1 : -1;
            for (int minor = current.minor + step; ; minor += step) {
                Version next = current.withMinor(minor);
                set(storage, next);
                LOG.info("updated storage version", "new-storage-version", next.full());
                if (next.equals(target)) {
                    return;
                }
            }
        }
        if (!force) {
            throw new ExitException(ExitCode.ERROR, obstacle);
        }
        LOG.info("normal migrate failed, trying with force", "error", obstacle);
        set(storage, target);
        if (target.equals(LEAST)) {
            LOG.warn("forcefully cleared storage version");
        } else {
            LOG.warn("forcefully set storage version", "storage-version", target);
        }
    }

    private static Version version(String stored) throws ExitException {
        try {
            return Version.parse(stored);
        } catch (IllegalArgumentException e) {
            throw new ExitException(
                    ExitCode.ERROR,
                    "the database claims to be of version \"" + stored + "\", which is none",
                    e);
        }
    }

    private static void set(StorageVersion storage, Version version) throws IOException {
        storage.write(version.equals(LEAST) ? null : version.full());
    }

    /** Why the way from one version to the other is closed; empty if it is open. */
    private static String obstacle(StorageVersion storage, Version current, Version target)
            throws IOException {
        if (current.major != target.major) {
            LOG.error(
                    "Changing major storage version is not supported",
                    "storage-version",
                    current.full(),
                    "target-storage-version",
                    target.full());
            return "cannot create migration plan: changing major storage version is not supported";
        }
        Version newest = Version.parse(EtcdVersion.CLUSTER);
        for (Version end : new Version[] {current, target}) {
            if (newest.isBefore(end)) {
                return "cannot create migration plan: version \""
                        + end.full()
                        + "\" is not supported";
            }
        }
        if (target.isBefore(current) && storage.lowestMinorOfLog() > target.minor) {
            return "cannot downgrade storage, WAL contains newer entries";
        }
        return "";
    }
}
