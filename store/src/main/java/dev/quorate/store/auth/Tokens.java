package dev.quorate.store.auth;

import dev.quorate.proto.error.StatusException;
import org.jspecify.annotations.Nullable;

/** Hands out tokens and recognises them. Thread-safe. Times are readings of one monotonic nanosecond clock. */
public interface Tokens {
    /**
     * A token for a user who has just proved who they are.
     *
     * @param simpleToken the letters that the proposer drew, the same on every member
     * @param index raft index of the entry before the one that asks for the token
     * @throws StatusException if this member can only check tokens
     */
    String assign(String username, long authRevision, String simpleToken, long index, long nowNanos)
            throws StatusException;

    /** Whose token this is, or null if it is unknown or over. */
    @Nullable Identity identify(String token, long currentAuthRevision, long nowNanos);

    /** The raft index that must have been applied here before {@link #identify} can know the token; 0 if it does not matter. */
    long knownFrom(String token);

    /** Ends all tokens of a user. */
    void forgetUser(String username);

    /** Ends all tokens. */
    void forgetAll();
}
