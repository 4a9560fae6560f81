package dev.quorate.verify.conform;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the programs of other projects and our own launchers are. */
final class Toolchain {

    /** A server, or the command line tools, of one origin. */
    enum Origin {
        /** etcd 3.4.23, the last with the v2 API. */
        ETCD_34("etcd34"),
        /** etcd 3.7.1. */
        ETCD_37("etcd37"),
        /** Quorate's own launchers. */
        QUORATE("quorate");

        final String label;

        Origin(String label) {
            this.label = label;
        }

        static Origin of(String label) {
            for (Origin origin : values()) {
                if (origin.label.equals(label)) {
                    return origin;
                }
            }
            throw new IllegalArgumentException("no origin " + label);
        }
    }

    private static final Path ROOT = findRoot();

    private Toolchain() {}

    /** The server under test: {@code -Dconform.target}, else Quorate. */
    static Origin target() {
        return Origin.of(System.getProperty("conform.target", "quorate"));
    }

    /** The command line tools under test: {@code -Dconform.ctl}, else whatever a script names. */
    static Origin ctl(Origin named) {
        String label = System.getProperty("conform.ctl");
        return label == null ? named : Origin.of(label);
    }

    static Path root() {
        return ROOT;
    }

    static Path interop(String name) {
        return present(ROOT.resolve("interop").resolve(name));
    }

    static Path server(Origin origin) {
        return program(origin, "etcd");
    }

    /**
     * The program of that name.
     *
     * @throws IllegalStateException if it is not there, with the command that installs it
     */
    static Path program(Origin origin, String name) {
        return present(
                origin == Origin.QUORATE
                        ? ROOT.resolve("bin").resolve(name)
                        : ROOT.resolve("interop/bin").resolve(origin.label).resolve(name));
    }

    static boolean has(Origin origin, String name) {
        return Files.isExecutable(
                origin == Origin.QUORATE
                        ? ROOT.resolve("bin").resolve(name)
                        : ROOT.resolve("interop/bin").resolve(origin.label).resolve(name));
    }

    private static Path present(Path path) {
        if (!Files.exists(path)) {
            throw new IllegalStateException(
                    path
                            + " is missing: run interop/setup (and ./mvnw package for our own launchers)");
        }
        return path;
    }

    private static Path findRoot() {
        Path here = Path.of("").toAbsolutePath();
        for (Path dir = here; dir != null; dir = dir.getParent()) {
            if (Files.exists(dir.resolve("mvnw"))) {
                return dir;
            }
        }
        throw new IllegalStateException("no project root above " + here);
    }
}
