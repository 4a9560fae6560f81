package dev.quorate.raft;

import dev.quorate.raft.message.AppendEntries;
import dev.quorate.raft.message.AppendReply;
import dev.quorate.raft.message.Heartbeat;
import dev.quorate.raft.message.HeartbeatReply;
import dev.quorate.raft.message.InstallSnapshot;
import dev.quorate.raft.message.Message;
import dev.quorate.raft.message.PreVoteReply;
import dev.quorate.raft.message.Propose;
import dev.quorate.raft.message.ReadIndex;
import dev.quorate.raft.message.ReadIndexReply;
import dev.quorate.raft.message.RequestPreVote;
import dev.quorate.raft.message.RequestVote;
import dev.quorate.raft.message.TimeoutNow;
import dev.quorate.raft.message.TransferLeader;
import dev.quorate.raft.message.VoteReply;
import java.util.ArrayList;
import java.util.List;

/**
 * What waits to be sent, in two lists.
 *
 * <p>A message that promises something (an entry is kept, a vote is given, an election is stood
 * for) must not leave before the promise is durable. A leader's messages promise nothing about its
 * own disk: it counts itself among the quorum only when its own write is reported.
 */
final class Outbox {
    private final List<Message> now = new ArrayList<>();
    private final List<Message> afterPersisted = new ArrayList<>();

    void send(Message message) {
        listFor(message).add(message);
    }

    private List<Message> listFor(Message message) {
        return switch (message) {
            case AppendReply _, VoteReply _, PreVoteReply _, RequestVote _, RequestPreVote _ ->
                    afterPersisted;
            case AppendEntries _,
                    Heartbeat _,
                    HeartbeatReply _,
                    InstallSnapshot _,
                    Propose _,
                    TransferLeader _,
                    TimeoutNow _,
                    ReadIndex _,
                    ReadIndexReply _ ->
                    now;
        };
    }

    boolean isEmpty() {
        return now.isEmpty() && afterPersisted.isEmpty();
    }

    List<Message> now() {
        return now;
    }

    List<Message> afterPersisted() {
        return afterPersisted;
    }

    void clear() {
        now.clear();
        afterPersisted.clear();
    }
}
