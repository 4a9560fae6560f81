package dev.quorate.tools.goreman;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.LockSupport;

/** Cuts the output of a process into lines. A line that has no end yet is handed out after a short rest, so that prompts are seen. */
final class LineReader {
    /** Longer lines are cut. */
    private static final int MAX_LINE_BYTES = 64 << 10;

    private static final int REST_STEPS = 20;
    private static final long REST_STEP_NANOS = 5_000_000;

    /** Gets each line without its end of line; the bytes are valid during the call only. */
    interface Sink {
        void line(byte[] bytes, int from, int length);
    }

    private LineReader() {}

    /** Reads to the end of the stream. An error counts as the end: the process closed its side. */
    static void copy(InputStream in, Sink sink) {
        byte[] buffer = new byte[MAX_LINE_BYTES];
        int filled = 0;
        try {
            while (true) {
                int count = in.read(buffer, filled, buffer.length - filled);
                if (count < 0) {
                    break;
                }
                filled = emitLines(buffer, filled + count, sink);
                if (filled == buffer.length || (filled > 0 && rests(in))) {
                    emit(buffer, 0, filled, sink);
                    filled = 0;
                }
            }
        } catch (IOException _) {
            // The end, as far as we are concerned.
        }
        emit(buffer, 0, filled, sink);
    }

    /** Hands out all whole lines and moves the rest to the front; returns its length. */
    private static int emitLines(byte[] buffer, int filled, Sink sink) {
        int start = 0;
        for (int i = 0; i < filled; i++) {
            if (buffer[i] == '\n') {
                emit(buffer, start, i, sink);
                start = i + 1;
            }
        }
        System.arraycopy(buffer, start, buffer, 0, filled - start);
        return filled - start;
    }

    private static void emit(byte[] buffer, int start, int end, Sink sink) {
        int length = end - start;
        if (length > 0 && buffer[end - 1] == '\r') {
            length--;
        }
        sink.line(buffer, start, length);
    }

    private static boolean rests(InputStream in) throws IOException {
        for (int step = 0; step < REST_STEPS; step++) {
            if (in.available() > 0) {
                return false;
            }
            LockSupport.parkNanos(REST_STEP_NANOS);
        }
        return in.available() == 0;
    }
}
