package dev.quorate.tools;

import dev.quorate.server.config.EtcdVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What the programs say about themselves. */
public final class Version {
    /** What etcd prints when a build does not know its commit. */
    public static final String GIT_SHA = "Not provided";

    private Version() {}

    /** The version of this project, from the build. */
    public static String quorate() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown");
    }

    /** The JVM, where etcd names its version of Go: one word. */
    public static String runtime() {
        return "java" + Runtime.version();
    }

    public static String os() {
        return System.getProperty("os.name", "").equals("Linux") ? "linux" : "darwin";
    }

    /** The processor in Go's words. */
    public static String arch() {
        return switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            case String other -> other;
        };
    }

    /** The text of {@code etcd --version}: etcd's four lines, then this project's. */
    public static String etcdText() {
        return "etcd Version: "
                + EtcdVersion.SERVER
                + "\nGit SHA: "
                + GIT_SHA
                + "\nGo Version: "
                + runtime()
                + "\nGo OS/Arch: "
                + os()
                + "/"
                + arch()
                + "\nQuorate Version: "
                + quorate()
                + "\n";
    }
}
