package dev.quorate.server;

import dev.quorate.raft.message.Message;
import java.util.List;

/**
 * Carries raft messages to other members. A port: implemented by the peer protocol and by the simulator.
 *
 * <p>{@link #send} never blocks and never throws; messages may be lost, doubled or reordered, for the protocol tolerates all of that. It
 * is called by the raft loop and the WAL writer.
 */
public interface Transport {
    /** What {@link #connectedNanos} answers for a member that cannot be reached now. */
    long NOT_CONNECTED = Long.MIN_VALUE;

    void send(List<Message> messages);

    /** Since when the connection to a member has held, on the member's monotonic clock, or {@link #NOT_CONNECTED}. Any thread. */
    default long connectedNanos(long memberId) {
        return NOT_CONNECTED;
    }

    /** For a member without peers. */
    Transport NONE = messages -> {};
}
