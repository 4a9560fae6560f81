package dev.quorate.verify.history;

import org.jspecify.annotations.Nullable;

/**
 * One call of one client.
 *
 * @param client who called; a client has one call under way at a time
 * @param calledAt when, on one clock for all clients
 * @param returnedAt when the answer came, {@link #NEVER} when the outcome is unknown
 * @param response null when the outcome is unknown
 * @param knownRevision of an operation without an answer: the revision at which it took effect as found out later, see {@link Witness}; 0
 *     when unknown
 */
public record Operation(
        int client,
        long calledAt,
        long returnedAt,
        KvRequest request,
        @Nullable KvResponse response,
        long knownRevision) {
    /** Later than everything: a request without an answer may still be carried out. */
    public static final long NEVER = Long.MAX_VALUE;

    public Operation {
        if (returnedAt < calledAt) {
            throw new IllegalArgumentException(
                    "returned at " + returnedAt + ", called at " + calledAt);
        }
    }

    public Operation(
            int client,
            long calledAt,
            long returnedAt,
            KvRequest request,
            @Nullable KvResponse response) {
        this(client, calledAt, returnedAt, request, response, 0);
    }

    /** Whether the client knows what became of it. */
    public boolean isAnswered() {
        return returnedAt != NEVER;
    }
}
