package dev.quorate.server.service;

import com.google.protobuf.CodedOutputStream;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import java.util.function.LongSupplier;

/**
 * Makes response headers: who answers, at which revision and term. Thread-safe.
 *
 * @param clusterId of the cluster
 * @param memberId of this member
 * @param term reads the current raft term
 */
public record Header(long clusterId, long memberId, LongSupplier term) {
    private static final int CLUSTER_ID = 1;
    private static final int MEMBER_ID = 2;
    private static final int REVISION = 3;
    private static final int RAFT_TERM = 4;

    /** The header as a message; a revision of 0 leaves the field out. */
    public ResponseHeader message(long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(clusterId)
                .setMemberId(memberId)
                .setRevision(revision)
                .setRaftTerm(term.getAsLong())
                .build();
    }

    /** The header encoded as field 1 of a response, tag and length included. */
    public byte[] field(long revision) {
        long raftTerm = term.getAsLong();
        int body =
                sizeBytes(CLUSTER_ID, clusterId)
                        + sizeBytes(MEMBER_ID, memberId)
                        + sizeBytes(REVISION, revision)
                        + sizeBytes(RAFT_TERM, raftTerm);
        byte[] field = new byte[2 + body];
        field[0] = 1 << 3 | 2;
        field[1] = (byte) body;
        int at = put(field, 2, CLUSTER_ID, clusterId);
        at = put(field, at, MEMBER_ID, memberId);
        at = put(field, at, REVISION, revision);
        put(field, at, RAFT_TERM, raftTerm);
        return field;
    }

    private static int sizeBytes(int number, long value) {
        return value == 0 ? 0 : CodedOutputStream.computeUInt64Size(number, value);
    }

    private static int put(byte[] target, int offset, int number, long value) {
        if (value == 0) {
            return offset;
        }
        int at = offset;
        target[at++] = (byte) (number << 3);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            target[at++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }
}
