package dev.quorate.store.member;

import dev.quorate.proto.etcdserverpb.DowngradeInfo;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.raftpb.ConfState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Members and what belongs to them, in the JSON that entries and the database carry. */
public final class MemberJson {
    private MemberJson() {}

    /** A member, as stored and as in the context of a configuration change. */
    public static byte[] encode(Member member) {
        return encode(member, "");
    }

    /** The context of a configuration change that adds or promotes a member. */
    public static byte[] encodeChange(Member member, boolean promote) {
        return encode(member, ",\"isPromote\":" + promote);
    }

    /** A member from either form. */
    public static Member decode(byte[] json) {
        return member(Json.object(json));
    }

    /** The members that another one tells of. */
    public static List<Member> decodeList(byte[] json) {
        List<Member> members = new ArrayList<>();
        for (Map<String, Object> fields : Json.objects(json)) {
            members.add(member(fields));
        }
        return members;
    }

    /** What a member claims to be and what it knows of the cluster's version. */
    public record VersionAnswer(String server, String cluster) {}

    /** The answer to {@code /version}. */
    public static VersionAnswer versions(byte[] json) {
        Map<String, Object> fields = Json.object(json);
        return new VersionAnswer(Json.text(fields, "etcdserver"), Json.text(fields, "etcdcluster"));
    }

    /** The revision that somebody wants a hash at. */
    public static long revision(byte[] json) {
        return Json.number(Json.object(json), "revision");
    }

    /**
     * A hash of the keys up to a revision, as members compare them.
     *
     * @param headerRevision the current revision of who answers
     */
    public record HashAnswer(
            long headerRevision, long hash, long compactRevision, long hashRevision) {}

    /** The answer to {@code /members/hashkv}. */
    @SuppressWarnings("unchecked") // the reader makes maps of texts
    public static HashAnswer hash(byte[] json) {
        Map<String, Object> fields = Json.object(json);
        long headerRevision =
                fields.get("header") instanceof Map<?, ?> header
                        ? Json.number((Map<String, Object>) header, "revision")
                        : 0;
        return new HashAnswer(
                headerRevision,
                Json.number(fields, "hash"),
                Json.number(fields, "compact_revision"),
                Json.number(fields, "hash_revision"));
    }

    /** The context of a configuration change. */
    record Context(Member member, boolean promote) {}

    static Context context(byte[] json) {
        Map<String, Object> fields = Json.object(json);
        return new Context(member(fields), Json.flag(fields, "isPromote"));
    }

    /** Name and client URLs, as members published them before etcd 3.6. */
    record Attributes(String name, List<String> clientUrls) {}

    static Attributes attributes(byte[] json) {
        Map<String, Object> fields = Json.object(json);
        return new Attributes(Json.text(fields, "name"), Json.texts(fields, "clientURLs"));
    }

    static byte[] encode(DowngradeInfo info) {
        StringBuilder json = new StringBuilder("{\"target-version\":");
        JsonText.quote(json, info.getTargetVersion());
        return utf8(json.append(",\"enabled\":").append(info.getEnabled()).append('}'));
    }

    static DowngradeInfo downgrade(byte[] json) {
        Map<String, Object> fields = Json.object(json);
        return DowngradeInfo.newBuilder()
                .setEnabled(Json.flag(fields, "enabled"))
                .setTargetVersion(Json.text(fields, "target-version"))
                .build();
    }

    /** A raft configuration, as the database keeps it. */
    public static byte[] encode(ConfState state) {
        StringBuilder json = new StringBuilder("{");
        ids(json, "voters", state.getVotersList());
        ids(json, "learners", state.getLearnersList());
        ids(json, "voters_outgoing", state.getVotersOutgoingList());
        ids(json, "learners_next", state.getLearnersNextList());
        return utf8(json.append("\"auto_leave\":").append(state.getAutoLeave()).append('}'));
    }

    /** A raft configuration from the form in which the database keeps it. */
    public static ConfState confState(byte[] json) {
        Map<String, Object> fields = Json.object(json);
        return ConfState.newBuilder()
                .addAllVoters(Json.numbers(fields, "voters"))
                .addAllLearners(Json.numbers(fields, "learners"))
                .addAllVotersOutgoing(Json.numbers(fields, "voters_outgoing"))
                .addAllLearnersNext(Json.numbers(fields, "learners_next"))
                .setAutoLeave(Json.flag(fields, "auto_leave"))
                .build();
    }

    private static Member member(Map<String, Object> fields) {
        return Member.newBuilder()
                .setID(Json.number(fields, "id"))
                .addAllPeerURLs(Json.texts(fields, "peerURLs"))
                .setIsLearner(Json.flag(fields, "isLearner"))
                .setName(Json.text(fields, "name"))
                .addAllClientURLs(Json.texts(fields, "clientURLs"))
                .build();
    }

    private static byte[] encode(Member member, String tail) {
        StringBuilder json = new StringBuilder("{\"id\":");
        json.append(Long.toUnsignedString(member.getID())).append(",\"peerURLs\":");
        if (member.getPeerURLsCount() == 0) {
            json.append("null");
        } else {
            JsonText.quote(json, member.getPeerURLsList());
        }
        if (member.getIsLearner()) {
            json.append(",\"isLearner\":true");
        }
        if (!member.getName().isEmpty()) {
            json.append(",\"name\":");
            JsonText.quote(json, member.getName());
        }
        if (member.getClientURLsCount() > 0) {
            json.append(",\"clientURLs\":");
            JsonText.quote(json, member.getClientURLsList());
        }
        return utf8(json.append(tail).append('}'));
    }

    private static void ids(StringBuilder json, String name, List<Long> ids) {
        if (ids.isEmpty()) {
            return;
        }
        json.append('"').append(name).append("\":[");
        for (int i = 0; i < ids.size(); i++) {
            if (i > 0) {
                json.append(',');
            }
            json.append(Long.toUnsignedString(ids.get(i)));
        }
        json.append("],");
    }

    private static byte[] utf8(StringBuilder text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
