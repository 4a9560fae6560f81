package dev.quorate.tools.logging;

import dev.quorate.log.Level;
import dev.quorate.log.Line;
import dev.quorate.log.LineFormat;
import dev.quorate.log.Sink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;

/** Writes lines to streams, one write per line and stream, so that lines of several processes on one pipe stay whole. */
public final class StreamSink implements Sink {
    private final Level least;
    private final LineFormat format;
    private final InstantSource clock;
    private final List<OutputStream> outputs;
    private final Object turn = new Object();

    /**
     * @param least least urgent level that is written
     * @param outputs all get every line; they should not buffer
     */
    public StreamSink(
            Level least, LineFormat format, InstantSource clock, List<OutputStream> outputs) {
        this.least = least;
        this.format = format;
        this.clock = clock;
        this.outputs = List.copyOf(outputs);
    }

    @Override
    public boolean isEnabled(Level level) {
        return level.compareTo(least) >= 0;
    }

    @Override
    public void write(Line line) {
        byte[] bytes = format.encode(line, clock.instant()).getBytes(StandardCharsets.UTF_8);
        synchronized (turn) {
            for (OutputStream output : outputs) {
                try {
                    output.write(bytes);
                } catch (IOException _) {
                    // A log that cannot be written has nowhere to say so; the server must go on.
                }
            }
        }
    }
}
