package dev.quorate.tools.print;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Names the DNS server in failures, as Go's resolver does: a wrong one is the most common cause. */
public final class NameServer {
    private static final Path CONFIGURATION = Path.of("/etc/resolv.conf");

    private static final String UNKNOWN = ": no such host";

    private NameServer() {}

    /** That a name is not known: {@code lookup NAME on SERVER:53: no such host}; without the server where it cannot be told. */
    public static String noSuchHost(String name) {
        return "lookup " + name + on() + UNKNOWN;
    }

    /** The text of a failure, with the server where it tells of a name that is not known. */
    public static String named(String failure) {
        return failure.contains(UNKNOWN) ? failure.replace(UNKNOWN, on() + UNKNOWN) : failure;
    }

    /** {@code " on SERVER:53"}, or nothing. */
    public static String on() {
        try {
            return on(Files.readAllLines(CONFIGURATION));
        } catch (IOException | RuntimeException e) {
            return "";
        }
    }

    static String on(List<String> configuration) {
        for (String line : configuration) {
            String[] words = line.strip().split("\\s+");
            if (words.length > 1 && words[0].equals("nameserver")) {
                return " on "
                        + (words[1].indexOf(':') < 0 ? words[1] : "[" + words[1] + "]")
                        + ":53";
            }
        }
        return "";
    }
}
