package dev.quorate.tools.goreman;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.function.Supplier;

/**
 * The output that all processes share: whole lines, each behind time, name and a bar.
 *
 * <pre>
 *   ESC[32m12:30:05  etcd1 | ESC[0mready to serve client requests
 * </pre>
 *
 * Names are right-aligned to the longest; colours go round by the place in the Procfile. Thread-safe; a line is written with one call.
 */
final class Console {
    private static final int[] COLOURS = {32, 36, 35, 33, 34, 31};

    private final OutputStream out;
    private final boolean colours;
    private final Supplier<String> time;
    private final int nameWidth;

    /**
     * @param time called per line; gives the text before the name, with a blank at its end, or an empty one
     * @param nameWidth length of the longest name, in characters
     */
    Console(OutputStream out, boolean colours, Supplier<String> time, int nameWidth) {
        this.out = out;
        this.colours = colours;
        this.time = time;
        this.nameWidth = nameWidth;
    }

    /** The time of day of a clock, to the second, as the beginning of a line. */
    static Supplier<String> timeOfDay(InstantSource clock) {
        ZoneId zone = ZoneId.systemDefault();
        return () -> {
            LocalTime now = LocalTime.ofInstant(clock.instant(), zone);
            return String.format(
                    "%02d:%02d:%02d ", now.getHour(), now.getMinute(), now.getSecond());
        };
    }

    /** A line of our own about an entry. */
    void say(Procfile.Entry entry, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        write(entry, bytes, 0, bytes.length);
    }

    /** A line of a process, without its end of line. Bytes pass through as they are; empty lines are left out. */
    void write(Procfile.Entry entry, byte[] line, int from, int length) {
        if (length == 0) {
            return;
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream(length + nameWidth + 32);
        whole.writeBytes(prefix(entry).getBytes(StandardCharsets.UTF_8));
        whole.write(line, from, length);
        whole.write('\n');
        synchronized (this) {
            try {
                whole.writeTo(out);
                out.flush();
            } catch (IOException _) {
                // Nobody reads any more; the processes go on.
            }
        }
    }

    private String prefix(Procfile.Entry entry) {
        String text =
                time.get()
                        + " ".repeat(Math.max(0, nameWidth - entry.name().length()))
                        + entry.name()
                        + " | ";
        if (!colours) {
            return text;
        }
        return "\u001b[" + COLOURS[entry.position() % COLOURS.length] + "m" + text + "\u001b[0m";
    }
}
