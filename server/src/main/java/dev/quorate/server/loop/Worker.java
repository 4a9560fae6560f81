package dev.quorate.server.loop;

/** One owner of state. Its methods are called by one thread at a time. */
public interface Worker {
    /** What {@link #work} answers when only new input gives it something to do. */
    long UNTIL_INPUT = Long.MAX_VALUE;

    /**
     * Takes what its mailbox holds, does what is due, and returns.
     *
     * @param nowNanos the time on the member's monotonic clock
     * @return nanoseconds until it wants to be called again even without input; 0 for at once
     * @throws Exception when it cannot go on; the member stops
     */
    long work(long nowNanos) throws Exception;

    /** Where its input arrives. */
    Mailbox<?> mailbox();
}
