package dev.quorate.raft;

import dev.quorate.raft.message.ReadIndex;
import dev.quorate.raft.progress.Progress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The read requests that a leader has not answered.
 *
 * <p>Requests are numbered from 1 in every term. A heartbeat carries the number of the latest one,
 * and a follower that echoes it confirms that this member still led after all requests up to it had
 * arrived. The number is written as 8 little-endian bytes, which is what leaders of etcd 3.7 do;
 * for followers of any version it is opaque.
 *
 * <pre>
 *   confirmed │ pending: first ... last = issued │
 *             └ answered once a quorum echoed     └ goes into the next heartbeat
 * </pre>
 */
final class ReadQueue {
    /** Requests beyond this are dropped; whoever asks asks again. */
    static final int PENDING_MAX = 4096;

    private static final byte[] NOTHING = {};

    /** A request and the commit index when it arrived. */
    record Pending(ReadIndex request, long index) {}

    private final Core core;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final ArrayDeque<ReadIndex> early = new ArrayDeque<>();
    private long confirmed;

    ReadQueue(Core core) {
        this.core = core;
    }

    void clear() {
        pending.clear();
        early.clear();
        confirmed = 0;
    }

    /** Keeps a request until something is committed in this term. */
    void addEarly(ReadIndex request) {
        if (early.size() < PENDING_MAX) {
            early.add(request);
        }
    }

    /** The requests that came too early. */
    List<ReadIndex> takeEarly() {
        List<ReadIndex> taken = List.copyOf(early);
        early.clear();
        return taken;
    }

    /** Keeps a request until a quorum has confirmed it. Returns false when there are too many. */
    boolean add(ReadIndex request, long index) {
        if (pending.size() == PENDING_MAX) {
            return false;
        }
        pending.add(new Pending(request, index));
        return true;
    }

    /** The context of a heartbeat that is sent now. */
    byte[] heartbeatContext() {
        return pending.isEmpty() ? NOTHING : encode(issued());
    }

    /** A member echoed a heartbeat's context. */
    void echoed(Progress member, byte[] context) {
        if (context.length == Long.BYTES) {
            long count = decode(context);
            if (count > 0 && count <= issued()) {
                member.confirmReads(count);
            }
        }
    }

    /** The requests that a quorum has confirmed by now. */
    List<Pending> takeConfirmed() {
        if (pending.isEmpty()) {
            return List.of();
        }
        long count = Math.min(core.quorum().committed(this::confirmedBy), issued());
        List<Pending> taken = new ArrayList<>();
        while (confirmed < count) {
            taken.add(pending.remove());
            confirmed++;
        }
        return taken;
    }

    private long confirmedBy(long voter) {
        if (voter == core.id) {
            return issued();
        }
        Progress member = core.progress.get(voter);
        return member == null ? 0 : member.confirmedReads();
    }

    private long issued() {
        return confirmed + pending.size();
    }

    static byte[] encode(long count) {
        byte[] bytes = new byte[Long.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            bytes[i] = (byte) (count >>> (8 * i));
        }
        return bytes;
    }

    static long decode(byte[] bytes) {
        long count = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            count |= (bytes[i] & 0xFFL) << (8 * i);
        }
        return count;
    }
}
