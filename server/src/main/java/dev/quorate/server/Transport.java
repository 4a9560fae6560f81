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
    void send(List<Message> messages);

    /** For a member without peers. */
    Transport NONE = messages -> {};
}
