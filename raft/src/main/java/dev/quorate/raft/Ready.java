package dev.quorate.raft;

import dev.quorate.raft.message.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the driver has to do next.
 *
 * <pre>
 *   sendNow ───────────────────────────────► network        at once
 *   snapshot, toPersist, hardState ────────► disk           in the order of the numbers
 *        then sendAfterPersisted ──────────► network
 *        then {@link Raft#persisted(Ready)}
 *   toApply ───────────────────────────────► state machine  in order, then {@link Raft#applied}
 *   snapshot (once on disk) ───────────────► state machine  likewise
 * </pre>
 *
 * <p>Several may be under way, but their writes must become durable in order, and
 * {@code sendAfterPersisted} waits for the writes of all earlier ones too, even if this one writes
 * nothing. A write replaces whatever is stored from its first entry's index on, and by the time it
 * is reported the {@link LogStorage} must show it.
 *
 * @param number ascending, without gaps
 * @param hardState to be written; empty when unchanged
 * @param toPersist entries to be written
 * @param snapshot to be written before the entries, and installed; empty when there is none
 * @param sendNow messages that promise nothing
 * @param sendAfterPersisted messages that must wait until all of the above is durable
 * @param toApply committed entries, durable here, in order
 * @param readStates answered read requests
 * @param softState who leads and in which role, null when unchanged
 * @param mustSync whether the write must be made durable before it is reported; if not, it only
 *     moves the commit index, and it is enough that it was handed to the file
 */
public record Ready(
        long number,
        HardState hardState,
        List<Entry> toPersist,
        Snapshot snapshot,
        List<Message> sendNow,
        List<Message> sendAfterPersisted,
        List<Entry> toApply,
        List<ReadState> readStates,
        @Nullable SoftState softState,
        boolean mustSync) {
    /** Whether there is anything to write. */
    public boolean hasWrite() {
        return !hardState.isEmpty() || !toPersist.isEmpty() || !snapshot.isEmpty();
    }
}
