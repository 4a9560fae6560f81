package dev.quorate.verify.sim;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** What happened, as one number that differs when anything differs, and as text when somebody wants to read it. */
final class Trace {
    private static final long PRIME = 0x100000001b3L;

    private final @Nullable PrintStream out;
    private long hash = 0xcbf29ce484222325L;
    private long lines;

    /** @param out where lines go, or null for none */
    Trace(@Nullable PrintStream out) {
        this.out = out;
    }

    boolean isPrinted() {
        return out != null;
    }

    /**
     * Notes an event.
     *
     * @param detail for readers; only {@code what} and the numbers count for the hash
     */
    void note(long atNanos, String what, int member, long first, long second, Object detail) {
        lines++;
        mix(atNanos);
        mix(what.hashCode());
        mix(member);
        mix(first);
        mix(second);
        if (out != null) {
            out.printf(
                    "%10.6f %-10s m%d %d %d %s%n",
                    atNanos / 1e9, what, member, first, second, detail);
        }
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
        hash ^= hash >>> 29;
    }

    long hash() {
        return hash;
    }

    long lines() {
        return lines;
    }
}
