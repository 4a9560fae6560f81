package dev.quorate.server.peer;

/**
 * A question of one member to another that is no raft message: one of the small endpoints beside the streams.
 *
 * @param method of HTTP
 * @param path for example {@code /leases}
 * @param clusterId of who asks, in hexadecimal, or empty
 * @param authorization the token of the client on whose behalf it is asked, or empty
 * @param body empty when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, never copied or compared
public record PeerRequest(
        String method, String path, String clusterId, String authorization, byte[] body) {
    private static final byte[] NOTHING = {};

    /** A question without a body. */
    public static PeerRequest get(String path) {
        return new PeerRequest("GET", path, "", "", NOTHING);
    }

    /** A question with a body. */
    public static PeerRequest post(String path, byte[] body) {
        return new PeerRequest("POST", path, "", "", body);
    }
}
