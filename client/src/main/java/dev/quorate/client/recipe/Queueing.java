package dev.quorate.client.recipe;

import com.google.protobuf.ByteString;
import dev.quorate.client.Client;
import dev.quorate.client.Prefix;
import dev.quorate.client.Watch;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.WatchCreateRequest;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.proto.mvccpb.KeyValue;
import java.util.Locale;

/** Standing in line under a prefix: who made a key first goes first. */
final class Queueing {
    private Queueing() {}

    /** The prefix of all that stand in line for a name. */
    static String prefix(String name) {
        return name + "/";
    }

    /** The key of one session in the line. */
    static ByteString key(String prefix, long lease) {
        return ByteString.copyFromUtf8(prefix + Long.toHexString(lease));
    }

    /** That a key does not exist. */
    static Compare absent(ByteString key) {
        return created(key, 0);
    }

    /** That a key is still the one that was made at that revision. */
    static Compare created(ByteString key, long revision) {
        return Compare.newBuilder()
                .setKey(key)
                .setTarget(Compare.CompareTarget.CREATE)
                .setResult(Compare.CompareResult.EQUAL)
                .setCreateRevision(revision)
                .build();
    }

    /** Asks for the key of the line that was made first. */
    static RangeRequest first(String prefix) {
        ByteString start = ByteString.copyFromUtf8(prefix);
        return RangeRequest.newBuilder()
                .setKey(start)
                .setRangeEnd(Prefix.end(start))
                .setSortTarget(RangeRequest.SortTarget.CREATE)
                .setSortOrder(RangeRequest.SortOrder.ASCEND)
                .setLimit(1)
                .build();
    }

    /** Waits until every key of the line that was made before a revision is gone: one after the other, the youngest first. */
    static void awaitTurn(Client client, String prefix, long revision, Deadline deadline) {
        ByteString start = ByteString.copyFromUtf8(prefix);
        while (true) {
            RangeResponse before =
                    client.kv()
                            .range(
                                    RangeRequest.newBuilder()
                                            .setKey(start)
                                            .setRangeEnd(Prefix.end(start))
                                            .setSortTarget(RangeRequest.SortTarget.CREATE)
                                            .setSortOrder(RangeRequest.SortOrder.DESCEND)
                                            .setLimit(1)
                                            .setMaxCreateRevision(revision - 1)
                                            .build());
            if (before.getKvsCount() == 0) {
                return;
            }
            KeyValue last = before.getKvs(0);
            awaitDelete(client, last.getKey(), before.getHeader().getRevision() + 1, deadline);
        }
    }

    /** Waits until a key is deleted at a revision or later. */
    static void awaitDelete(Client client, ByteString key, long from, Deadline deadline) {
        awaitEvent(client, key, from, Event.EventType.DELETE, deadline);
    }

    /** Waits until something of a kind happens to a key at a revision or later. */
    static KeyValue awaitEvent(
            Client client, ByteString key, long from, Event.EventType type, Deadline deadline) {
        try (Watch watch =
                client.watches()
                        .requireLeader()
                        .open(
                                WatchCreateRequest.newBuilder()
                                        .setKey(key)
                                        .setStartRevision(from)
                                        .build())) {
            WatchResponse answer;
            while ((answer = watch.next(deadline)) != null && !answer.getCanceled()) {
                for (Event event : answer.getEventsList()) {
                    if (event.getType() == type) {
                        return event.getKv();
                    }
                }
            }
            throw new RecipeException(
                    "lost watcher waiting for " + type.name().toLowerCase(Locale.ROOT));
        }
    }
}
