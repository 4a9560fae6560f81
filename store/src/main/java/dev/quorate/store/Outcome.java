package dev.quorate.store;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;

/** What became of an applied entry. */
public sealed interface Outcome {
    /**
     * It took effect.
     *
     * @param response the RPC's response without header; as the header is field 1 of every response, it may be written in front of the
     *     encoded response. The default instance if no one waits for an answer
     * @param revision the revision for the header
     */
    record Done(MessageLite response, long revision) implements Outcome {}

    /**
     * It was refused.
     *
     * @param overQuota the entry did take effect, but the database is over its quota here: this member should raise the NOSPACE alarm
     */
    record Refused(StatusException why, boolean overQuota) implements Outcome {}

    /** There was nothing to do: the database has the entry already, or no one wanted the answer that is all it would give. */
    record Skipped() implements Outcome {
        /** The only one. */
        static final Skipped INSTANCE = new Skipped();
    }
}
