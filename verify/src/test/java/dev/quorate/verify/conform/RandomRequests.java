package dev.quorate.verify.conform;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.quorate.proto.etcdserverpb.CompactionRequest;
import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.HashKVRequest;
import dev.quorate.proto.etcdserverpb.LeaseGrantRequest;
import dev.quorate.proto.etcdserverpb.LeaseLeasesRequest;
import dev.quorate.proto.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import java.util.random.RandomGenerator;

/**
 * Requests drawn at random, mostly valid and over few keys, so that they meet.
 *
 * <p>Keys are one or two letters of {@code a b c}: twelve keys, because Go sorts up to twelve elements stably, and the
 * order of equals in more of them is no promise. Leases are 1 to 6 and chosen by the client, so that no generated id
 * comes into play.
 */
final class RandomRequests {

    private static final int MAX_DEPTH = 2;
    private static final int MAX_OPERATIONS = 4;
    private static final int LEASES = 6;
    private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

    private final RandomGenerator random;
    private long revision = 1;

    RandomRequests(RandomGenerator random) {
        this.random = random;
    }

    /** Tells at which revision the server is, so that revisions asked for lie around it. */
    void at(long currentRevision) {
        revision = currentRevision;
    }

    Message next() {
        int dice = random.nextInt(100);
        if (dice < 30) {
            return put();
        }
        if (dice < 52) {
            return range();
        }
        if (dice < 62) {
            return delete();
        }
        if (dice < 86) {
            return txn(0);
        }
        if (dice < 89) {
            return compaction();
        }
        if (dice < 92) {
            return HashKVRequest.newBuilder().setRevision(someRevision()).build();
        }
        return lease();
    }

    private PutRequest put() {
        PutRequest.Builder put = PutRequest.newBuilder();
        if (!oneIn(60)) {
            put.setKey(key());
        }
        if (oneIn(15)) {
            put.setIgnoreValue(true);
        }
        if (!put.getIgnoreValue() || oneIn(10)) {
            put.setValue(value());
        }
        if (oneIn(15)) {
            put.setIgnoreLease(true);
        }
        if (oneIn(5)) {
            put.setLease(1 + random.nextInt(LEASES));
        }
        return put.setPrevKv(oneIn(3)).build();
    }

    private RangeRequest range() {
        RangeRequest.Builder range = RangeRequest.newBuilder().setKey(key());
        if (oneIn(60)) {
            range.clearKey();
        }
        if (!oneIn(3)) {
            range.setRangeEnd(rangeEnd(range.getKey()));
        }
        if (oneIn(3)) {
            range.setLimit(random.nextInt(5));
        }
        if (oneIn(3)) {
            range.setRevision(someRevision());
        }
        if (oneIn(2)) {
            range.setSortOrderValue(random.nextInt(oneIn(30) ? 5 : 3));
            range.setSortTargetValue(random.nextInt(oneIn(30) ? 7 : 5));
        }
        range.setSerializable(oneIn(3)).setKeysOnly(oneIn(6)).setCountOnly(oneIn(8));
        if (oneIn(8)) {
            range.setMinModRevision(someRevision());
        }
        if (oneIn(8)) {
            range.setMaxModRevision(someRevision());
        }
        if (oneIn(8)) {
            range.setMinCreateRevision(someRevision());
        }
        if (oneIn(8)) {
            range.setMaxCreateRevision(someRevision());
        }
        return range.build();
    }

    private DeleteRangeRequest delete() {
        DeleteRangeRequest.Builder delete =
                DeleteRangeRequest.newBuilder().setKey(key()).setPrevKv(oneIn(2));
        if (oneIn(60)) {
            delete.clearKey();
        }
        if (oneIn(4)) {
            delete.setRangeEnd(rangeEnd(delete.getKey()));
        }
        return delete.build();
    }

    private TxnRequest txn(int depth) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            txn.addCompare(compare());
        }
        for (int i = random.nextInt(MAX_OPERATIONS); i > 0; i--) {
            txn.addSuccess(operation(depth));
        }
        for (int i = random.nextInt(MAX_OPERATIONS); i > 0; i--) {
            txn.addFailure(operation(depth));
        }
        return txn.build();
    }

    private RequestOp operation(int depth) {
        RequestOp.Builder operation = RequestOp.newBuilder();
        int dice = random.nextInt(20);
        if (dice < 8) {
            return operation.setRequestPut(put()).build();
        }
        if (dice < 13) {
            return operation.setRequestRange(range()).build();
        }
        if (dice < 17) {
            return operation.setRequestDeleteRange(delete()).build();
        }
        if (depth < MAX_DEPTH) {
            return operation.setRequestTxn(txn(depth + 1)).build();
        }
        return operation.setRequestRange(range()).build();
    }

    private Compare compare() {
        Compare.Builder compare =
                Compare.newBuilder()
                        .setKey(key())
                        .setResultValue(random.nextInt(4))
                        .setTargetValue(random.nextInt(5));
        if (oneIn(4)) {
            compare.setRangeEnd(rangeEnd(compare.getKey()));
        }
        switch (compare.getTargetValue()) {
            case 0 -> compare.setVersion(random.nextInt(4));
            case 1 -> compare.setCreateRevision(oneIn(2) ? 0 : someRevision());
            case 2 -> compare.setModRevision(oneIn(2) ? 0 : someRevision());
            case 3 -> compare.setValue(value());
            default -> compare.setLease(random.nextInt(LEASES));
        }
        if (oneIn(40)) {
            compare.clearTargetUnion();
        }
        return compare.build();
    }

    private CompactionRequest compaction() {
        long target = oneIn(5) ? someRevision() : Math.max(1, revision - random.nextInt(40));
        return CompactionRequest.newBuilder().setRevision(target).setPhysical(true).build();
    }

    private Message lease() {
        long id = 1 + random.nextInt(LEASES);
        return switch (random.nextInt(5)) {
            case 0, 1 -> LeaseGrantRequest.newBuilder().setID(id).setTTL(3600 + id).build();
            case 2 -> LeaseRevokeRequest.newBuilder().setID(id).build();
            case 3 -> LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(true).build();
            default -> LeaseLeasesRequest.getDefaultInstance();
        };
    }

    private ByteString key() {
        StringBuilder key = new StringBuilder();
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            key.append((char) ('a' + random.nextInt(3)));
        }
        return ByteString.copyFromUtf8(key.toString());
    }

    private ByteString value() {
        return oneIn(10) ? ByteString.EMPTY : ByteString.copyFromUtf8("" + random.nextInt(20));
    }

    private ByteString rangeEnd(ByteString key) {
        return switch (random.nextInt(4)) {
            case 0 -> ZERO;
            case 1 -> key();
            default -> prefixEnd(key);
        };
    }

    private static ByteString prefixEnd(ByteString key) {
        if (key.isEmpty()) {
            return ZERO;
        }
        byte[] end = key.toByteArray();
        end[end.length - 1]++;
        return ByteString.copyFrom(end);
    }

    private long someRevision() {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> revision;
            case 2 -> revision + 1 + random.nextInt(3);
            case 3 -> oneIn(5) ? -1 : 1;
            default -> Math.max(0, revision - random.nextInt(60));
        };
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }
}
