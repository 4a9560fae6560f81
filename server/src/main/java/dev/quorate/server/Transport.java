package dev.quorate.server;

import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.server.peer.Peer;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.server.peer.PeerSide;
import dev.quorate.server.peer.SnapshotContent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Carries what members tell each other. A port: implemented by the peer protocol and by the simulator. What comes in goes to the {@link
 * PeerSide} of the member.
 *
 * <p>Messages may be lost, doubled or reordered, for the protocol tolerates all of that. The one exception is {@link
 * dev.quorate.raft.message.Propose}, which must be delivered at most once: a leader appends what it is given, and nobody can tell the
 * second copy of a request from a second request.
 *
 * <p>Nothing here throws unless it says so, and nothing blocks but {@link #ask}.
 */
public interface Transport {
    /** What {@link #connectedNanos} answers for a member that cannot be reached now. */
    long NOT_CONNECTED = Long.MIN_VALUE;

    /** Begins to carry. Called once, before everything else but {@link #ask}. */
    default void start(PeerSide self) {}

    /**
     * Says who the other members are; those not named any more are forgotten. Called in order, from one thread at a time, at the start and
     * after every change.
     */
    default void members(List<Peer> others) {}

    /** Sends messages, none of which is an {@link InstallSnapshot}. Called by the raft loop and the WAL writer. */
    void send(List<Message> messages);

    /**
     * Sends a snapshot and closes the content. How that ended must be told to {@link PeerSide#snapshotSent}, or the receiver gets nothing
     * else.
     */
    default void sendSnapshot(InstallSnapshot message, SnapshotContent content) {
        content.close();
    }

    /** Since when the connection to a member has held, on the member's monotonic clock, or {@link #NOT_CONNECTED}. Any thread. */
    default long connectedNanos(long memberId) {
        return NOT_CONNECTED;
    }

    /**
     * Asks another member; {@code done} hears the answer once, on any thread.
     *
     * @param limit after which there is no answer ({@link PeerResponse#NONE})
     */
    default void call(
            long memberId, PeerRequest request, Duration limit, Consumer<PeerResponse> done) {
        done.accept(PeerResponse.NONE);
    }

    /**
     * Asks whoever is at an address, before there is a member to answer anything; waits for it.
     *
     * @param url {@code scheme://host:port}
     * @throws IOException when there is no answer in time
     */
    default PeerResponse ask(String url, PeerRequest request, Duration limit) throws IOException {
        throw new IOException("there is no way to " + url);
    }

    /** The same address with the host by number, as far as it can be found; may wait for a name server. */
    default String resolve(String url) {
        return url;
    }

    /** For a member without peers. */
    Transport NONE = messages -> {};
}
