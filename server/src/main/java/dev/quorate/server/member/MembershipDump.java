package dev.quorate.server.member;

import dev.quorate.store.member.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The membership in the form of a v2 store dump, which is what raft snapshot files carry: members up to 3.6 read it from there, later
 * ones ignore it.
 *
 * <pre>
 *   /0/members/&lt;id&gt;/raftAttributes   {"peerURLs":[..],"isLearner":true?}
 *   /0/members/&lt;id&gt;/attributes       {"name":"..","clientURLs":[..]}
 *   /0/removed_members/&lt;id&gt;         removed
 *   /0/version                        3.7.0
 *   /1                                empty: the keys of v2
 * </pre>
 */
public final class MembershipDump {
    /** Slots of the event history, all of which older members want to see. */
    private static final int HISTORY_SLOTS = 1000;

    private static final String NO_EXPIRY = "\"ExpireTime\":\"0001-01-01T00:00:00Z\"";

    /** One member; an empty name means that it has not started yet. */
    public record Member(
            long id,
            String name,
            List<String> peerUrls,
            List<String> clientUrls,
            boolean isLearner) {}

    private final StringBuilder out = new StringBuilder();

    private MembershipDump() {}

    /**
     * Writes the dump.
     *
     * @param members in any order
     * @param removed ids of former members
     * @param version the cluster version, empty when undecided
     */
    public static byte[] encode(List<Member> members, List<Long> removed, String version) {
        MembershipDump dump = new MembershipDump();
        dump.root(members, removed, version);
        return dump.out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void root(List<Member> members, List<Long> removed, String version) {
        out.append("{\"Root\":");
        beginDirectory("/");
        out.append("\"0\":");
        beginDirectory("/0");
        membersDirectory(members);
        out.append(',');
        removedDirectory(removed);
        if (!version.isEmpty()) {
            out.append(",\"version\":");
            leaf("/0/version", version);
        }
        endDirectory();
        out.append(",\"1\":");
        beginDirectory("/1");
        endDirectory();
        endDirectory();
        out.append(",\"WatcherHub\":{\"EventHistory\":{\"Queue\":{\"Events\":[");
        for (int i = 0; i < HISTORY_SLOTS; i++) {
            out.append(i == 0 ? "null" : ",null");
        }
        out.append("],\"Size\":0,\"Front\":0,\"Back\":0,\"Capacity\":")
                .append(HISTORY_SLOTS)
                .append("},\"StartIndex\":0,\"LastIndex\":0}},\"CurrentIndex\":0,\"Stats\":{");
        String[] counters = {
            "getsSuccess",
            "getsFail",
            "setsSuccess",
            "setsFail",
            "deleteSuccess",
            "deleteFail",
            "updateSuccess",
            "updateFail",
            "createSuccess",
            "createFail",
            "compareAndSwapSuccess",
            "compareAndSwapFail",
            "compareAndDeleteSuccess",
            "compareAndDeleteFail",
            "expireCount",
            "watchers"
        };
        for (int i = 0; i < counters.length; i++) {
            out.append(i == 0 ? "\"" : ",\"").append(counters[i]).append("\":0");
        }
        out.append("},\"CurrentVersion\":2}");
    }

    private void membersDirectory(List<Member> members) {
        out.append("\"members\":");
        beginDirectory("/0/members");
        boolean first = true;
        for (Member member : members) {
            if (!first) {
                out.append(',');
            }
            first = false;
            String id = Ids.text(member.id());
            String path = "/0/members/" + id;
            quote(id);
            out.append(':');
            beginDirectory(path);
            out.append("\"raftAttributes\":");
            leaf(
                    path + "/raftAttributes",
                    "{\"peerURLs\":"
                            + JsonText.quoted(member.peerUrls())
                            + (member.isLearner() ? ",\"isLearner\":true}" : "}"));
            if (!member.name().isEmpty()) {
                out.append(",\"attributes\":");
                leaf(
                        path + "/attributes",
                        "{\"name\":"
                                + JsonText.quoted(member.name())
                                + ",\"clientURLs\":"
                                + JsonText.quoted(member.clientUrls())
                                + "}");
            }
            endDirectory();
        }
        endDirectory();
    }

    private void removedDirectory(List<Long> removed) {
        out.append("\"removed_members\":");
        beginDirectory("/0/removed_members");
        for (int i = 0; i < removed.size(); i++) {
            String id = Ids.text(removed.get(i));
            if (i > 0) {
                out.append(',');
            }
            quote(id);
            out.append(':');
            leaf("/0/removed_members/" + id, "removed");
        }
        endDirectory();
    }

    private void beginDirectory(String path) {
        out.append("{\"Path\":");
        quote(path);
        out.append(",\"CreatedIndex\":0,\"ModifiedIndex\":0,")
                .append(NO_EXPIRY)
                .append(",\"Value\":\"\",\"Children\":{");
    }

    private void endDirectory() {
        out.append("}}");
    }

    private void leaf(String path, String value) {
        out.append("{\"Path\":");
        quote(path);
        out.append(",\"CreatedIndex\":0,\"ModifiedIndex\":0,")
                .append(NO_EXPIRY)
                .append(",\"Value\":");
        quote(value);
        out.append(",\"Children\":null}");
    }

    private void quote(String text) {
        out.append(JsonText.quoted(text));
    }
}
