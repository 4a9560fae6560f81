package dev.quorate.server.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import dev.quorate.raft.Snapshot;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamTest {
    private static final long ONE = 0x8211f1d0f64f3269L;
    private static final long TWO = 0x91bc3c398fb3c146L;
    private static final byte[] CONTEXT = {1, 2, 3, 4, 5, 6, 7, 8};

    @Test
    void everyKindOfMessageArrivesAsItWasSent() throws InvalidProtocolBufferException {
        List<Message> sent =
                List.of(
                        append(3, 2, 7, 2),
                        AppendReply.accept(ONE, TWO, 3, 9),
                        AppendReply.reject(ONE, TWO, 3, 9, 4, 2),
                        new Heartbeat(ONE, TWO, 3, 8, CONTEXT),
                        new Heartbeat(ONE, TWO, 3, 8, new byte[0]),
                        new HeartbeatReply(ONE, TWO, 3, CONTEXT),
                        new RequestVote(ONE, TWO, 3, 8, 2, true),
                        new RequestVote(ONE, TWO, 3, 8, 2, false),
                        new VoteReply(ONE, TWO, 3, true),
                        new RequestPreVote(ONE, TWO, 4, 8, 2),
                        new PreVoteReply(ONE, TWO, 4, false),
                        new InstallSnapshot(
                                ONE,
                                TWO,
                                3,
                                new Snapshot(
                                        "data".getBytes(StandardCharsets.UTF_8),
                                        70,
                                        2,
                                        ConfState.ofVoters(List.of(ONE, TWO)))),
                        new Propose(
                                ONE,
                                TWO,
                                List.of(Entry.proposal(EntryType.CONF_CHANGE, new byte[] {5}))),
                        new TransferLeader(ONE, TWO, 3),
                        new TimeoutNow(ONE, TWO, 3),
                        new ReadIndex(ONE, TWO, CONTEXT),
                        new ReadIndexReply(ONE, TWO, 3, 8, CONTEXT));
        StreamEncoder encoder = new StreamEncoder(StreamKind.MESSAGE);
        encoder.addSignOfLife();
        sent.forEach(encoder::add);
        byte[] bytes = encoder.take();
        assertThat(decode(StreamKind.MESSAGE, bytes, bytes.length)).isEqualTo(sent);
        assertThat(decode(StreamKind.MESSAGE, bytes, 1)).isEqualTo(sent);
    }

    @Test
    void appendsOfOneTermTravelInTheShortForm() throws InvalidProtocolBufferException {
        List<Message> sent =
                List.of(
                        append(3, 2, 7, 2), // the first, and of an older term
                        append(3, 3, 9, 3),
                        append(3, 3, 12, 0),
                        append(3, 3, 12, 1),
                        append(4, 3, 13, 1),
                        append(4, 4, 14, 2));
        StreamEncoder encoder = new StreamEncoder(StreamKind.APPEND);
        List<Integer> forms = new ArrayList<>();
        StringBuilder all = new StringBuilder();
        for (Message message : sent) {
            encoder.addSignOfLife();
            encoder.add(message);
            byte[] frame = encoder.take();
            forms.add((int) frame[1]);
            all.append(HexFormat.of().formatHex(frame));
        }
        assertThat(forms).containsExactly(2, 1, 1, 1, 2, 1);
        byte[] bytes = HexFormat.of().parseHex(all);
        assertThat(decode(StreamKind.APPEND, bytes, bytes.length)).isEqualTo(sent);
        assertThat(decode(StreamKind.APPEND, bytes, 3)).isEqualTo(sent);
    }

    /** What etcd 3.4.23 was seen to send: each number is there, zeros too, and an empty snapshot. */
    @Test
    void signOfLifeOfAnOlderMemberIsNoMessage() throws InvalidProtocolBufferException {
        byte[] bytes =
                HexFormat.of()
                        .parseHex(
                                "000000000000001e"
                                        + "08081000180020002800300040004a0a12080a02280010001800500058 00"
                                                .replace(" ", ""));
        assertThat(decode(StreamKind.MESSAGE, bytes, bytes.length)).isEmpty();
    }

    @Test
    void garbageIsRefused() {
        assertThatThrownBy(() -> decode(StreamKind.APPEND, new byte[] {7}, 1))
                .isInstanceOf(InvalidProtocolBufferException.class);
        byte[] huge = new byte[9];
        huge[1] = 0x7f;
        assertThatThrownBy(() -> decode(StreamKind.MESSAGE, huge, 9))
                .hasMessageContaining("frame of");
        // An append whose entries do not follow each other.
        StreamEncoder encoder = new StreamEncoder(StreamKind.MESSAGE);
        encoder.add(
                new Propose(ONE, TWO, List.of(new Entry(EntryType.NORMAL, 1, 9, new byte[] {1}))));
        byte[] bytes = encoder.take();
        // The type of the message, which is the first field behind the length.
        assertThat(bytes[8]).isEqualTo((byte) 0x08);
        bytes[9] = 3;
        assertThatThrownBy(() -> decode(StreamKind.MESSAGE, bytes, bytes.length))
                .hasMessageContaining("consecutive");
    }

    private static AppendEntries append(long term, long prevTerm, long prevIndex, int entries) {
        List<Entry> list = new ArrayList<>();
        for (int i = 1; i <= entries; i++) {
            list.add(new Entry(EntryType.NORMAL, term, prevIndex + i, new byte[] {(byte) i}));
        }
        return new AppendEntries(ONE, TWO, term, prevIndex, prevTerm, list, prevIndex);
    }

    private static List<Message> decode(StreamKind kind, byte[] bytes, int pieceBytes)
            throws InvalidProtocolBufferException {
        StreamDecoder decoder = new StreamDecoder(kind, ONE, TWO);
        List<Message> messages = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += pieceBytes) {
            int end = Math.min(bytes.length, at + pieceBytes);
            decoder.feed(java.util.Arrays.copyOfRange(bytes, at, end), messages::add);
        }
        return messages;
    }
}
