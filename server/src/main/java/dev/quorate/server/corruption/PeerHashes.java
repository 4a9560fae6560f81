package dev.quorate.server.corruption;

import java.util.List;
import java.util.function.Consumer;

/** The way to the other members' hashes. */
interface PeerHashes {
    /**
     * Asks every other member for the hash of its history up to a revision.
     *
     * @param done hears what they said, once, when all have answered or their time is up; on any thread
     */
    void at(long revision, Consumer<List<PeerHash>> done);
}
