package dev.quorate.tools.ctl.print;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Standard output or error: octets and text, buffered until {@link #flush}. Safe for several threads, line by line. */
public final class Sink {
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream target;
    private byte[] buffer = new byte[1024];
    private int size;

    public Sink(OutputStream target) {
        this.target = target;
    }

    /** The other side is gone: nobody reads what the program writes. */
    public static final class Closed extends UncheckedIOException {
        private static final long serialVersionUID = 1L;

        Closed(IOException cause) {
            super(cause);
        }
    }

    public Sink text(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return octets(octets);
    }

    public Sink line(String text) {
        return text(text + "\n");
    }

    public synchronized Sink octets(byte[] octets) {
        if (buffer.length - size < octets.length) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, size + octets.length));
        }
        System.arraycopy(octets, 0, buffer, size, octets.length);
        size += octets.length;
        if (size > BUFFER_BYTES) {
            flush();
        }
        return this;
    }

    public synchronized void flush() {
        int count = size;
        size = 0;
        try {
            target.write(buffer, 0, count);
            target.flush();
        } catch (IOException e) {
            throw new Closed(e);
        }
    }
}
