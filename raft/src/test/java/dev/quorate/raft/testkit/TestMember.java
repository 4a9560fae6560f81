package dev.quorate.raft.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quorate.raft.ConfChangeV2;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Config;
import dev.quorate.raft.Entry;
import dev.quorate.raft.Raft;
import dev.quorate.raft.Ready;
import dev.quorate.raft.Snapshot;
import dev.quorate.raft.message.Message;
import java.util.ArrayDeque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * A member with a disk and a state machine, whose parts move one step at a time: a Ready is taken,
 * a write becomes durable, a batch is applied, each when the test says so. A crash loses what was
 * not durable. The state machine is a running digest of what was applied, kept only in snapshots.
 */
public final class TestMember {
    public final long id;
    public final MemoryLog disk;
    private final UnaryOperator<Config> settings;
    private final RandomGenerator random;
    private final ArrayDeque<Ready> writes = new ArrayDeque<>();
    private final ArrayDeque<Ready> applies = new ArrayDeque<>();
    private final NavigableMap<Long, Entry> memory = new TreeMap<>();
    private Raft raft;
    private boolean up;
    private String state = "";
    private long applied;
    private ConfState confState;

    /** What happens to a member, for whoever checks. */
    public interface Watcher {
        void sent(TestMember member, Message message);

        void written(TestMember member, Ready ready);

        void applied(TestMember member, Entry entry);

        void restored(TestMember member, Snapshot snapshot);
    }

    private final Watcher watcher;

    public TestMember(
            long id,
            ConfState members,
            UnaryOperator<Config> settings,
            RandomGenerator random,
            Watcher watcher) {
        this.id = id;
        this.disk = new MemoryLog();
        this.settings = settings;
        this.random = random;
        this.watcher = watcher;
        disk.confState(members);
        start();
    }

    public Raft raft() {
        return raft;
    }

    public boolean isUp() {
        return up;
    }

    public String state() {
        return state;
    }

    public long applied() {
        return applied;
    }

    public ConfState confState() {
        return confState;
    }

    /** Begins from what the disk has: the snapshot, and the log to be applied after it. */
    public void start() {
        Snapshot snapshot = disk.storedSnapshot();
        if (!snapshot.isEmpty()) {
            disk.confState(snapshot.confState());
        }
        confState = disk.confState();
        applied = snapshot.index();
        state = new String(snapshot.data(), UTF_8);
        Config config =
                settings.apply(new Config(id, 10, 1, 1 << 20, 1 << 20, 512, true, true, applied));
        raft = new Raft(config, disk, random);
        memory.clear();
        for (long index = disk.firstIndex(); index <= disk.lastIndex(); index++) {
            memory.put(index, disk.at(index));
        }
        up = true;
    }

    /** Everything that is not on disk is gone. */
    public void crash() {
        writes.clear();
        applies.clear();
        up = false;
    }

    /** The entry as the member last handed it out to be written, durable or not. */
    public Entry entryAt(long index) {
        return memory.get(index);
    }

    public int writes() {
        return up ? writes.size() : 0;
    }

    public boolean hasReady() {
        return up && raft.hasReady();
    }

    public boolean hasWrites() {
        return up && !writes.isEmpty();
    }

    public boolean hasApplies() {
        return up && !applies.isEmpty();
    }

    public Ready take() {
        Ready ready = raft.ready();
        if (!ready.snapshot().isEmpty()) {
            memory.clear();
        }
        if (!ready.toPersist().isEmpty()) {
            memory.tailMap(ready.toPersist().getFirst().index(), true).clear();
            ready.toPersist().forEach(entry -> memory.put(entry.index(), entry));
        }
        ready.sendNow().forEach(m -> watcher.sent(this, m));
        if (ready.hasWrite() || !ready.sendAfterPersisted().isEmpty()) {
            writes.add(ready);
        }
        if (!ready.toApply().isEmpty()) {
            applies.add(ready);
        }
        return ready;
    }

    /** The oldest write becomes durable. */
    public Ready persist() {
        return persist(1);
    }

    /** The oldest writes become durable together and are reported once. */
    public Ready persist(int count) {
        Ready last = null;
        for (int i = 0; i < count; i++) {
            last = writes.remove();
            disk.write(last);
            watcher.written(this, last);
            last.sendAfterPersisted().forEach(m -> watcher.sent(this, m));
            if (!last.snapshot().isEmpty()) {
                restore(last.snapshot());
            }
        }
        raft.persisted(Objects.requireNonNull(last));
        return last;
    }

    private void restore(Snapshot snapshot) {
        applies.clear(); // all older than the snapshot
        state = new String(snapshot.data(), UTF_8);
        applied = snapshot.index();
        confState = snapshot.confState();
        raft.applied(applied);
        watcher.restored(this, snapshot);
    }

    /** The oldest batch is applied. */
    public List<Entry> apply() {
        List<Entry> entries = applies.remove().toApply();
        for (Entry entry : entries) {
            apply(entry);
        }
        raft.applied(applied);
        return entries;
    }

    private void apply(Entry entry) {
        if (entry.index() != applied + 1) {
            throw new IllegalStateException(id + " applies " + entry + " after " + applied);
        }
        applied = entry.index();
        switch (entry.type()) {
            case NORMAL -> {
                if (entry.data().length > 0) {
                    state = Integer.toHexString((state + " " + Changes.text(entry)).hashCode());
                }
            }
            case CONF_CHANGE -> apply(Changes.decode(entry).toV2());
            case CONF_CHANGE_V2 -> apply(Changes.decodeV2(entry));
        }
        watcher.applied(this, entry);
    }

    private void apply(ConfChangeV2 change) {
        // The state machine refuses what would leave no voter, like etcd's.
        boolean refused = Changes.leavesNobody(confState, change);
        confState = raft.applyConfChange(refused ? Changes.NOTHING : change);
    }

    /** Takes a snapshot of the state machine and drops the log up to the index. */
    public void compact(long through) {
        if (applied > disk.storedSnapshot().index()) {
            long term = disk.term(applied);
            disk.compact(new Snapshot(state.getBytes(UTF_8), applied, term, confState), through);
        }
    }
}
