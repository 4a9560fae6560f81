package dev.quorate.log;

/** Where lines go. Any thread may call; an implementation never throws and never blocks on the network. */
public interface Sink {
    /** Whether a line of this level would be written. Asked before anything else of a line is computed, so it must be cheap. */
    boolean isEnabled(Level level);

    /** Writes one line. Called only after {@link #isEnabled} said yes. */
    void write(Line line);
}
