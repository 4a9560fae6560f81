package dev.quorate.server.peer;

import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.Propose;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;

/**
 * A member as other members see it: what a transport brings to it and may ask of it. Thread-safe; only {@link #receiveSnapshot} blocks.
 */
public interface PeerSide {
    /** What an id is to this member. */
    enum Acquaintance {
        MEMBER,
        /** Was a member and never will be again. */
        REMOVED,
        /** Perhaps a member that this one has not heard of yet. */
        STRANGER
    }

    long memberId();

    long clusterId();

    /** Where other members reach this one. */
    List<String> urls();

    Acquaintance acquaintance(long memberId);

    /** Messages arrived, in this order, none of which is an {@link InstallSnapshot}; dropped when too many wait. */
    void receive(List<Message> messages);

    /**
     * A snapshot arrives: its content is kept, then the message is taken.
     *
     * @param content a bbolt file, read to its end on the caller's thread
     * @throws IOException when it cannot be read or kept; nothing has happened then
     */
    void receiveSnapshot(InstallSnapshot message, InputStream content) throws IOException;

    /** Messages to a member were probably lost. */
    void unreachable(long memberId);

    /**
     * A member certainly does not run: both connections that it sent on ended, and nobody listens at any of its addresses. A transport
     * that cannot know says nothing.
     */
    void gone(long memberId);

    /**
     * A request to the leader was not delivered, for certain, and will not be: it may be given to the next leader. A transport that cannot
     * know says nothing.
     */
    void undelivered(Propose message);

    /** How sending a snapshot ended. */
    void snapshotSent(long memberId, boolean arrived);

    /** Another member says that this one was removed: it has to stop. */
    void expelled();

    /** Answers a question of another member, perhaps later and on another thread; 404 for one that is unknown. */
    void answer(PeerRequest request, Consumer<PeerResponse> done);
}
