package dev.quorate.metrics;

/** Writes families whose values come from outside at the moment of reading, for example the operating system. */
@FunctionalInterface
public interface Collector {
    /** Writes whole families. Runs on the reading thread, must not block for long. */
    void collect(TextWriter out);
}
