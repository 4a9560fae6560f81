package dev.quorate.store.member;

import dev.quorate.proto.etcdserverpb.Member;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The members in a dump of the v2 store, which is where members up to 3.5 keep them in their snapshot files.
 *
 * @param members in the order of the dump
 * @param removed ids of former members
 * @param clusterVersion empty if it was undecided
 */
public record StoreDump(List<Member> members, List<Long> removed, String clusterVersion) {
    /** Nobody yet. */
    public static final StoreDump EMPTY = new StoreDump(List.of(), List.of(), "");

    private static final int HEX = 16;

    public StoreDump {
        members = List.copyOf(members);
        removed = List.copyOf(removed);
    }

    /**
     * Reads the dump.
     *
     * @throws dev.quorate.storage.CorruptionException if it is none
     */
    public static StoreDump decode(byte[] json) {
        Map<?, ?> cluster = child(child(Json.object(json), "Root"), "Children", "0");
        List<Member> members = new ArrayList<>();
        child(cluster, "Children", "members", "Children")
                .forEach((id, node) -> members.add(member(String.valueOf(id), node)));
        List<Long> removed = new ArrayList<>();
        child(cluster, "Children", "removed_members", "Children")
                .keySet()
                .forEach(id -> removed.add(Long.parseUnsignedLong(String.valueOf(id), HEX)));
        return new StoreDump(members, removed, value(child(cluster, "Children", "version")));
    }

    private static Member member(String id, Object node) {
        Map<?, ?> parts = child(node, "Children");
        Map<String, Object> raft = Json.object(utf8(value(child(parts, "raftAttributes"))));
        Member.Builder member =
                Member.newBuilder()
                        .setID(Long.parseUnsignedLong(id, HEX))
                        .addAllPeerURLs(Json.texts(raft, "peerURLs"))
                        .setIsLearner(Json.flag(raft, "isLearner"));
        String attributes = value(child(parts, "attributes"));
        if (!attributes.isEmpty()) {
            MemberJson.Attributes published = MemberJson.attributes(utf8(attributes));
            member.setName(published.name()).addAllClientURLs(published.clientUrls());
        }
        return member.build();
    }

    /** The object at the end of a path; an empty one if there is none. */
    private static Map<?, ?> child(Object from, String... path) {
        @Nullable Object at = from;
        for (String name : path) {
            at = at instanceof Map<?, ?> map ? map.get(name) : null;
        }
        return at instanceof Map<?, ?> map ? map : new TreeMap<String, Object>();
    }

    private static String value(Map<?, ?> node) {
        return node.get("Value") instanceof String text ? text : "";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
