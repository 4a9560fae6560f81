package dev.quorate.verify.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.raft.message.AppendReply;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.RequestVote;
import dev.quorate.raft.message.VoteReply;
import dev.quorate.storage.disk.MemDisk;
import dev.quorate.storage.snap.SnapDir;
import dev.quorate.storage.wal.Wal;
import dev.quorate.storage.wal.WalEntry;
import dev.quorate.storage.wal.WalOptions;
import dev.quorate.storage.wal.WalReplay;
import dev.quorate.storage.wal.WalSnapshot;
import java.io.IOException;
import java.util.Random;
import java.util.TreeSet;

/**
 * Whoever says something that must survive has it on its disk: votes and accepted entries when they are sent, committed entries on a
 * majority. Reading a log back is slow, so only a sample of what is said is looked at.
 */
final class DurabilityJudge {
    private static final String LOG = "/data/member/wal";
    private static final String SNAPSHOTS = "/data/member/snap";

    /** One of so many votes, replies and commits is looked at. */
    private static final int VOTES_EVERY = 2;

    private static final int REPLIES_EVERY = 40;
    private static final int COMMITS_EVERY = 40;

    private record Stored(WalSnapshot start, WalReplay replay) {
        /** Whether the entry is in the log, or was, before a snapshot. */
        boolean has(long index, long term) {
            if (index <= start.index()) {
                return true;
            }
            int at = (int) (index - start.index()) - 1;
            if (at >= replay.entries().size()) {
                return false;
            }
            WalEntry entry = replay.entries().get(at);
            return entry.index() == index && entry.term() == term;
        }

        long lastIndex() {
            return start.index() + replay.entries().size();
        }
    }

    private final World world;
    private final Random random;
    private long looks;

    DurabilityJudge(World world, Random random) {
        this.world = world;
        this.random = random;
    }

    long looks() {
        return looks;
    }

    void sent(SimMember sender, Message message) {
        switch (message) {
            case VoteReply reply when !reply.rejected() && random.nextInt(VOTES_EVERY) == 0 ->
                    checkVote(sender, reply.term(), reply.to());
            case RequestVote request when random.nextInt(VOTES_EVERY) == 0 ->
                    checkVote(sender, request.term(), request.from());
            case AppendReply reply when !reply.rejected() && random.nextInt(REPLIES_EVERY) == 0 -> {
                Stored stored = read(sender);
                assertThat(stored.lastIndex())
                        .as("entries on the disk of member %s when it sends %s", sender.slot, reply)
                        .isGreaterThanOrEqualTo(reply.index());
            }
            default -> {}
        }
    }

    private void checkVote(SimMember voter, long term, long candidate) {
        var state = read(voter).replay().hardState();
        boolean durable =
                state.term() > term || (state.term() == term && state.vote() == candidate);
        assertThat(durable)
                .as(
                        "the vote of member %s for %x in term %s is on its disk, which says %s",
                        voter.slot, candidate, term, state)
                .isTrue();
    }

    /** More is known to be committed. */
    void committed() {
        if (random.nextInt(COMMITS_EVERY) != 0) {
            return;
        }
        long index = world.raftJudge.committed();
        long term = world.raftJudge.committedTerm(index);
        TreeSet<Long> having = new TreeSet<>();
        for (SimMember member : world.members()) {
            if (member.memberId() != 0 && read(member).has(index, term)) {
                having.add(member.memberId());
            }
        }
        assertThat(world.roster.around(index))
                .as(
                        "disks that hold entry %s of term %s when it is committed: %s",
                        index, term, having)
                .anyMatch(group -> group.isMajority(having));
    }

    /**
     * A log that says that it has a snapshot begins behind it, so the database must hold as much, or have it ready to be taken over.
     *
     * @return the index of the newest snapshot
     */
    long checkSnapshot(SimMember member) {
        MemDisk disk = member.disk().crashCloneLosingAll();
        try {
            long newest = 0;
            for (WalSnapshot snapshot : Wal.validSnapshots(disk, LOG)) {
                newest = Math.max(newest, snapshot.index());
            }
            if (newest > world.storeJudge.index(member.slot)) {
                assertThat(new SnapDir(disk, SNAPSHOTS).findDb(newest))
                        .as(
                                "the snapshot at %s in the log of member %s, whose database is at %s",
                                newest, member.slot, world.storeJudge.index(member.slot))
                        .isPresent();
            }
            return newest;
        } catch (IOException e) {
            throw new AssertionError("the snapshots of member " + member.slot, e);
        }
    }

    /** What a restart would find if the power went now and took everything that was not synced. */
    private Stored read(SimMember member) {
        looks++;
        MemDisk disk = member.disk().crashCloneLosingAll();
        try {
            if (!Wal.exists(disk, LOG)) {
                throw new AssertionError("member " + member.slot + " has no log");
            }
            WalSnapshot start = WalSnapshot.START;
            for (WalSnapshot snapshot : Wal.validSnapshots(disk, LOG)) {
                start = snapshot.index() >= start.index() ? snapshot : start;
            }
            Wal.Opened opened = Wal.open(disk, LOG, start, WalOptions.DEFAULT);
            opened.wal().close();
            return new Stored(start, opened.replay());
        } catch (IOException e) {
            throw new AssertionError("the log of member " + member.slot, e);
        }
    }
}
