package dev.quorate.verify.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.verify.history.KvRequest;
import dev.quorate.verify.history.KvResponse.Item;
import dev.quorate.verify.history.KvState;
import dev.quorate.verify.history.Operation;
import dev.quorate.verify.history.Wire;
import dev.quorate.verify.history.Witness;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the committed entries mean, worked out by the contract alone: every revision's keys and events, and which leases live. Whatever a
 * member stores, answers or tells a watcher is compared with this.
 */
final class Oracle {
    /** One change of one key; the item is null for a deletion. */
    record Event(String key, @Nullable Item item) {}

    /** Told of leases as entries are committed. */
    interface Leases {
        void granted(long id, long ttlSeconds);

        void revoked(long id);
    }

    private final List<KvState> states = new ArrayList<>();
    private final List<List<Event>> events = new ArrayList<>();

    /** The revision after each index; position 0 is the empty log. */
    private final List<Long> revisions = new ArrayList<>();

    private final TreeMap<Long, TreeSet<String>> leases = new TreeMap<>();
    private final TreeMap<String, Long> attached = new TreeMap<>();
    private final Set<Long> requests = new HashSet<>();
    private final TreeMap<Long, List<Runnable>> atRevision = new TreeMap<>();
    private final TreeMap<Long, List<Runnable>> atIndex = new TreeMap<>();
    private final List<Operation> revocations = new ArrayList<>();
    private final Roster roster;
    private final Leases leaseJudge;
    final Witness witness = new Witness();
    private KvState state = KvState.EMPTY;
    private long compacted;

    Oracle(int bootstrapEntries, Roster roster, Leases leaseJudge) {
        this.roster = roster;
        this.leaseJudge = leaseJudge;
        states.add(state);
        states.add(state);
        events.add(List.of());
        events.add(List.of());
        for (int i = 0; i <= bootstrapEntries; i++) {
            revisions.add(state.revision());
        }
    }

    long revision() {
        return state.revision();
    }

    long index() {
        return revisions.size() - 1;
    }

    /** The highest compacted revision. */
    long compacted() {
        return compacted;
    }

    KvState at(long revision) {
        return states.get((int) revision);
    }

    List<Event> events(long revision) {
        return events.get((int) revision);
    }

    /** The revision of the store that has applied so many entries. */
    long revisionAt(long index) {
        return revisions.get((int) index);
    }

    boolean isLeased(long id) {
        return leases.containsKey(id);
    }

    Set<Long> leases() {
        return leases.keySet();
    }

    /** What the revocations of leases did, as operations that nobody called. */
    List<Operation> revocations() {
        return revocations;
    }

    /** Runs a check when the revision is known; members may be ahead of what their messages have shown. */
    void whenRevision(long revision, Runnable check) {
        if (revision <= revision()) {
            check.run();
        } else {
            atRevision.computeIfAbsent(revision, _ -> new ArrayList<>()).add(check);
        }
    }

    /** Runs a check when the index is known to be committed. */
    void whenIndex(long index, Runnable check) {
        if (index <= index()) {
            check.run();
        } else {
            atIndex.computeIfAbsent(index, _ -> new ArrayList<>()).add(check);
        }
    }

    /** Whether something was promised that never came true. */
    void checkNothingIsOpen() {
        if (!atRevision.isEmpty() || !atIndex.isEmpty()) {
            throw new AssertionError(
                    "members spoke of revision "
                            + (atRevision.isEmpty() ? "-" : atRevision.lastKey())
                            + " and of index "
                            + (atIndex.isEmpty() ? "-" : atIndex.lastKey())
                            + ", but what is committed ends at revision "
                            + revision()
                            + ", index "
                            + index());
        }
    }

    /** The next committed entry. */
    void committed(Entry entry) {
        if (entry.type() == EntryType.NORMAL && entry.data().length > 0) {
            try {
                perform(InternalRaftRequest.parseFrom(entry.data()), entry.index());
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError("entry " + entry.index() + " does not parse", e);
            }
        } else if (entry.type() != EntryType.NORMAL) {
            assertThat(entry.type())
                    .as("kind of change of members")
                    .isEqualTo(EntryType.CONF_CHANGE);
            roster.committed(entry);
        }
        revisions.add(state.revision());
        run(atRevision, revision());
        run(atIndex, index());
    }

    private static void run(TreeMap<Long, List<Runnable>> checks, long upTo) {
        while (!checks.isEmpty() && checks.firstKey() <= upTo) {
            checks.pollFirstEntry().getValue().forEach(Runnable::run);
        }
    }

    private void perform(InternalRaftRequest request, long index) {
        long id = request.hasHeader() ? request.getHeader().getID() : request.getID();
        if (!requests.add(id)) {
            throw new AssertionError(
                    "request " + Long.toHexString(id) + " is in the log twice, now at " + index);
        }
        if (request.hasPut()) {
            put(request.getPut());
        } else if (request.hasDeleteRange()) {
            change(Wire.request(request.getDeleteRange()));
        } else if (request.hasTxn()) {
            change(Wire.request(request.getTxn()));
        } else if (request.hasCompaction()) {
            long revision = request.getCompaction().getRevision();
            if (revision <= revision()) {
                compacted = Math.max(compacted, revision);
            }
        } else if (request.hasLeaseGrant()) {
            var grant = request.getLeaseGrant();
            if (leases.putIfAbsent(grant.getID(), new TreeSet<>()) == null) {
                leaseJudge.granted(grant.getID(), grant.getTTL());
            }
        } else if (request.hasLeaseRevoke()) {
            revoke(request.getLeaseRevoke().getID());
        }
    }

    private void put(PutRequest put) {
        if (put.getLease() != 0 && !leases.containsKey(put.getLease())) {
            return; // refused
        }
        change(Wire.request(put));
        if (put.getLease() != 0) {
            String key = put.getKey().toStringUtf8();
            attached.put(key, put.getLease());
            leases.get(put.getLease()).add(key);
        }
    }

    private void revoke(long id) {
        TreeSet<String> keys = leases.get(id);
        if (keys == null) {
            return;
        }
        if (!keys.isEmpty()) {
            List<KvRequest> deletes = new ArrayList<>();
            keys.forEach(key -> deletes.add(KvRequest.delete(key)));
            KvRequest all = new KvRequest.Txn(List.of(), deletes, List.of());
            change(all);
            revocations.add(new Operation(-1, 0, Operation.NEVER, all, null, state.revision()));
        }
        leases.remove(id);
        leaseJudge.revoked(id);
    }

    private void change(KvRequest request) {
        KvState before = state;
        state = before.step(request).after();
        if (state.revision() == before.revision()) {
            return;
        }
        List<Event> changes = new ArrayList<>();
        collect(request, before, changes);
        for (Event event : changes) {
            Long lease = attached.remove(event.key());
            if (lease != null) {
                leases.get(lease).remove(event.key());
            }
            if (event.item() != null) {
                witness.wrote(state.revision(), event.key(), event.item().value());
            }
        }
        states.add(state);
        events.add(changes);
    }

    /** The events of a request in the order of its operations. */
    private void collect(KvRequest request, KvState before, List<Event> changes) {
        switch (request) {
            case KvRequest.Get _ -> {}
            case KvRequest.Put put ->
                    changes.add(new Event(put.key(), state.items().get(put.key())));
            case KvRequest.Delete delete ->
                    KvState.within(before.items(), delete.key(), delete.end())
                            .keySet()
                            .forEach(key -> changes.add(new Event(key, null)));
            case KvRequest.Txn txn -> {
                boolean succeeded =
                        before.step(new KvRequest.Txn(txn.compares(), List.of(), List.of()))
                                                .response()
                                                .body()
                                        instanceof
                                        dev.quorate.verify.history.KvResponse.Decided decided
                                && decided.succeeded();
                for (KvRequest one : succeeded ? txn.success() : txn.failure()) {
                    collect(one, before, changes);
                }
            }
        }
    }
}
