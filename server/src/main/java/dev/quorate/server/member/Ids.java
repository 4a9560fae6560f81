package dev.quorate.server.member;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Ids of members and clusters: the first eight bytes of SHA-1 hashes, as etcd computes them. */
public final class Ids {
    private Ids() {}

    /** The id of a bootstrap member: from its sorted peer URLs and the cluster token. */
    public static long bootstrapMember(Collection<String> peerUrls, String token) {
        return hash(joined(peerUrls) + token);
    }

    /** The id of a member added at run time: from its sorted peer URLs and the seconds since 1970. */
    public static long addedMember(Collection<String> peerUrls, long unixSeconds) {
        return hash(joined(peerUrls) + unixSeconds);
    }

    /** The id of a cluster, from the ids of its first members in any order. */
    public static long cluster(Collection<Long> memberIds) {
        List<Long> sorted = new ArrayList<>(memberIds);
        sorted.sort(Long::compareUnsigned);
        ByteBuffer bytes = ByteBuffer.allocate(sorted.size() * Long.BYTES);
        for (long id : sorted) {
            bytes.putLong(id);
        }
        return hash(bytes.array());
    }

    /** As etcd prints ids: lower-case hexadecimal without leading zeros. */
    public static String text(long id) {
        return Long.toHexString(id);
    }

    private static String joined(Collection<String> peerUrls) {
        List<String> sorted = new ArrayList<>(peerUrls);
        sorted.sort(null);
        return String.join("", sorted);
    }

    private static long hash(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    private static long hash(byte[] bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(bytes)).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
