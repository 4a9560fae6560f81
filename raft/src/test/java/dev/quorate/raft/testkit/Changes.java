package dev.quorate.raft.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quorate.raft.ConfChange;
import dev.quorate.raft.ConfChangeSingle;
import dev.quorate.raft.ConfChangeTransition;
import dev.quorate.raft.ConfChangeType;
import dev.quorate.raft.ConfChangeV2;
import dev.quorate.raft.ConfState;
import dev.quorate.raft.Entry;
import dev.quorate.raft.EntryType;
import java.util.ArrayList;
import java.util.List;

/** Changes of members as readable text, the encoding of this test kit. */
public final class Changes {
    private static final byte[] NONE = {};

    private Changes() {}

    public static Entry proposal(EntryType type, String text) {
        return Entry.proposal(type, text.getBytes(UTF_8));
    }

    public static String text(Entry entry) {
        return new String(entry.data(), UTF_8);
    }

    /** {@code add 4}, {@code learner 4}, {@code remove 4}, {@code update 4}. */
    public static ConfChange decode(Entry entry) {
        String[] words = text(entry).split(" ");
        return new ConfChange(0, type(words[0]), Long.parseUnsignedLong(words[1]), NONE);
    }

    /** Like {@link #decode}, any number; first perhaps {@code implicit} or {@code explicit}. */
    public static ConfChangeV2 decodeV2(Entry entry) {
        if (entry.data().length == 0) {
            return ConfChangeV2.LEAVE_JOINT;
        }
        String[] words = text(entry).split(" ");
        ConfChangeTransition transition =
                switch (words[0]) {
                    case "implicit" -> ConfChangeTransition.JOINT_IMPLICIT;
                    case "explicit" -> ConfChangeTransition.JOINT_EXPLICIT;
                    default -> ConfChangeTransition.AUTO;
                };
        List<ConfChangeSingle> changes = new ArrayList<>();
        for (int i = words.length % 2; i < words.length; i += 2) {
            changes.add(new ConfChangeSingle(type(words[i]), Long.parseUnsignedLong(words[i + 1])));
        }
        return new ConfChangeV2(transition, changes, NONE);
    }

    /** A change that does nothing. */
    static final ConfChangeV2 NOTHING =
            new ConfChange(0, ConfChangeType.UPDATE_NODE, 0, NONE).toV2();

    /** Whether nobody would vote after the change. */
    static boolean leavesNobody(ConfState state, ConfChangeV2 change) {
        List<Long> voters = new ArrayList<>(state.voters());
        for (ConfChangeSingle single : change.changes()) {
            switch (single.type()) {
                case ADD_NODE -> voters.add(single.nodeId());
                case REMOVE_NODE, ADD_LEARNER_NODE -> voters.removeIf(id -> id == single.nodeId());
                case UPDATE_NODE -> {}
            }
        }
        return voters.isEmpty();
    }

    private static ConfChangeType type(String word) {
        return switch (word) {
            case "add" -> ConfChangeType.ADD_NODE;
            case "learner" -> ConfChangeType.ADD_LEARNER_NODE;
            case "remove" -> ConfChangeType.REMOVE_NODE;
            case "update" -> ConfChangeType.UPDATE_NODE;
            default -> throw new IllegalArgumentException("no such change: " + word);
        };
    }
}
