package dev.quorate.server.node;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.DeleteRangeRequest;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RequestHeader;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import org.junit.jupiter.api.Test;

class RaftCodecTest {
    private static final ByteString KEY = ByteString.copyFromUtf8("key");

    @Test
    void aPutIsShortUnlessItsValueIsLarge() {
        assertTrue(isShort(request().setPut(PutRequest.newBuilder().setKey(KEY))));
        assertTrue(
                isShort(request().setPut(PutRequest.newBuilder().setPrevKv(true).setValue(KEY))));
        ByteString large = ByteString.copyFrom(new byte[64 << 10]);
        assertFalse(isShort(request().setPut(PutRequest.newBuilder().setValue(large))));
    }

    @Test
    void whatMayTouchManyKeysIsNot() {
        DeleteRangeRequest all = DeleteRangeRequest.newBuilder().setKey(KEY).build();
        assertFalse(isShort(request().setDeleteRange(all)));
        RequestOp operation = RequestOp.newBuilder().setRequestDeleteRange(all).build();
        assertFalse(isShort(request().setTxn(TxnRequest.newBuilder().addSuccess(operation))));
    }

    @Test
    void norIsTheEmptyEntryOfATerm() {
        assertFalse(RaftCodec.isShortPut(new Entry(EntryType.NORMAL, 2, 5, new byte[0])));
    }

    private static InternalRaftRequest.Builder request() {
        return InternalRaftRequest.newBuilder().setHeader(RequestHeader.newBuilder().setID(7));
    }

    private static boolean isShort(InternalRaftRequest.Builder request) {
        byte[] data = request.build().toByteArray();
        return RaftCodec.isShortPut(new Entry(EntryType.NORMAL, 2, 5, data));
    }
}
