package dev.quorate.server.corruption;

import dev.quorate.storage.CorruptionException;
import dev.quorate.store.member.MemberJson;
import dev.quorate.store.mvcc.KeyHash;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Questions for hashes and their answers, as members of etcd write them: Go's JSON of the protobuf structures, not protobuf's own. */
final class HashText {
    /** Revision of a history in which nothing was compacted. */
    private static final long NEVER = -1;

    private static final long HASH_MAX = 0xFFFF_FFFFL;

    private HashText() {}

    static byte[] question(long revision) {
        return bytes(revision == 0 ? "{}" : "{\"revision\":" + revision + "}");
    }

    /**
     * What a member answered, or null if that is no answer.
     *
     * @param asked the revision that was asked for; members older than 3.6 do not repeat it
     */
    static PeerHash.@Nullable Answer parse(byte[] answer, long asked) {
        MemberJson.HashAnswer read;
        try {
            read = MemberJson.hash(answer);
        } catch (CorruptionException e) {
            return null;
        }
        if (read.hash() < 0
                || read.hash() > HASH_MAX
                || read.compactRevision() < NEVER
                || read.headerRevision() < 1) {
            return null;
        }
        return new PeerHash.Answer(
                new KeyHash(read.hash(), read.compactRevision(), asked), read.headerRevision());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
