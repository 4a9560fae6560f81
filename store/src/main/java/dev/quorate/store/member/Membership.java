package dev.quorate.store.member;

import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.DowngradeInfo;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.Request;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.proto.raftpb.ConfState;
import dev.quorate.storage.engine.Backend;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.storage.engine.ReadView;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The members of the cluster and the versions agreed on. The apply thread changes them; any thread reads. */
public final class Membership {
    private static final byte[] CLUSTER_VERSION = ascii("clusterVersion");
    private static final byte[] DOWNGRADE = ascii("downgrade");
    private static final byte[] CONF_STATE = ascii("confState");
    private static final byte[] STORAGE_VERSION = ascii("storageVersion");
    private static final byte[] REMOVED = ascii("removed");
    private static final String MEMBERS_PATH = "/0/members/";
    private static final String ATTRIBUTES = "/attributes";
    private static final int HEX = 16;

    private final Backend backend;
    private final int learnersMax;
    private volatile State state;

    /**
     * Reads the membership back.
     *
     * @param learnersMax learners that may be added
     */
    public Membership(Backend backend, int learnersMax) {
        this.backend = backend;
        this.learnersMax = learnersMax;
        this.state = restore(backend);
    }

    private record State(
            NavigableMap<Long, Member> members,
            NavigableSet<Long> removed,
            String clusterVersion,
            DowngradeInfo downgrade,
            ConfState confState,
            String storageVersion) {
        State withMember(Member member) {
            NavigableMap<Long, Member> next = new TreeMap<>(members);
            next.put(member.getID(), member);
            return with(next, removed);
        }

        State with(NavigableMap<Long, Member> nextMembers, NavigableSet<Long> nextRemoved) {
            return new State(
                    nextMembers, nextRemoved, clusterVersion, downgrade, confState, storageVersion);
        }

        State withVersion(String version) {
            return new State(members, removed, version, downgrade, confState, storageVersion);
        }

        State withDowngrade(DowngradeInfo info) {
            return new State(members, removed, clusterVersion, info, confState, storageVersion);
        }

        State withConfState(ConfState conf) {
            return new State(members, removed, clusterVersion, downgrade, conf, storageVersion);
        }

        State withStorageVersion(String version) {
            return new State(members, removed, clusterVersion, downgrade, confState, version);
        }
    }

    // ---- any thread
    // ---------------------------------------------------------------------------------------------------------------

    /** All members, ordered by id. */
    public List<Member> members() {
        return List.copyOf(state.members.values());
    }

    /** A member, or null. */
    public @Nullable Member member(long id) {
        return state.members.get(id);
    }

    /** Whether a member of this id was removed; the id never comes back. */
    public boolean isRemoved(long id) {
        return state.removed.contains(id);
    }

    /** Ids of all members ever removed. */
    public List<Long> removed() {
        return List.copyOf(state.removed);
    }

    /** The cluster version, for example {@code 3.7.0}; empty until it is decided. */
    public String clusterVersion() {
        return state.clusterVersion;
    }

    /** Whether the cluster version is decided and at least {@code major.minor}. */
    public boolean isClusterVersionAtLeast(int major, int minor) {
        String[] parts = state.clusterVersion.split("\\.", -1);
        if (parts.length < 2) {
            return false;
        }
        try {
            int ownMajor = Integer.parseInt(parts[0]);
            int ownMinor = Integer.parseInt(parts[1]);
            return ownMajor > major || (ownMajor == major && ownMinor >= minor);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** The downgrade under way, if any. */
    public DowngradeInfo downgrade() {
        return state.downgrade;
    }

    /** The raft configuration after the latest change applied. */
    public ConfState confState() {
        return state.confState;
    }

    /** The version that the database's form belongs to; empty before 3.6. */
    public String storageVersion() {
        return state.storageVersion;
    }

    // ---- apply thread
    // -------------------------------------------------------------------------------------------------------------

    /**
     * Applies a configuration change to the list of members.
     *
     * @throws StatusException if the change is not valid here; nothing is changed then
     */
    public void apply(ConfChange change) throws StatusException {
        long id = change.getNodeId();
        if (state.removed.contains(id)) {
            throw EtcdError.MEMBER_NOT_FOUND.exception();
        }
        switch (change.getType()) {
            case ConfChangeAddNode, ConfChangeAddLearnerNode -> {
                MemberJson.Context context = context(change);
                if (context.promote()) {
                    promote(id);
                } else {
                    add(context.member());
                }
            }
            case ConfChangeRemoveNode -> remove(existing(id));
            case ConfChangeUpdateNode -> update(existing(id), context(change).member());
        }
    }

    /** Starts over from a database whose content was replaced. */
    public void reload() {
        state = restore(backend);
    }

    /** Notes the raft configuration. */
    public void setConfState(ConfState conf) {
        state = state.withConfState(conf);
        backend.put(Bucket.META, CONF_STATE, MemberJson.encode(conf));
    }

    /** Notes what a member says of itself; of a member that is gone, nothing is noted. */
    public void setAttributes(long id, String name, List<String> clientUrls) {
        Member member = state.members.get(id);
        if (member != null) {
            save(
                    member.toBuilder()
                            .setName(name)
                            .clearClientURLs()
                            .addAllClientURLs(clientUrls)
                            .build());
        }
    }

    /** Notes the cluster version. */
    public void setClusterVersion(String version) {
        state = state.withVersion(version);
        backend.put(Bucket.CLUSTER, CLUSTER_VERSION, ascii(version));
    }

    /** Notes that a downgrade began or ended. */
    public void setDowngrade(DowngradeInfo info) {
        state = state.withDowngrade(info);
        backend.put(Bucket.CLUSTER, DOWNGRADE, MemberJson.encode(info));
    }

    /** Notes the version that the database's form belongs to. Not replicated; each member follows the cluster version. */
    public void setStorageVersion(String version) {
        state = state.withStorageVersion(version);
        backend.put(Bucket.META, STORAGE_VERSION, ascii(version));
    }

    /** Applies a request of the v2 form in which members up to 3.5 publish themselves and the cluster version; false if it is another. */
    public boolean apply(Request request) {
        if (!request.getMethod().equals("PUT")) {
            return false;
        }
        String path = request.getPath();
        if (path.equals("/0/version")) {
            setClusterVersion(request.getVal());
            return true;
        }
        if (!path.startsWith(MEMBERS_PATH) || !path.endsWith(ATTRIBUTES)) {
            return false;
        }
        int end = path.length() - ATTRIBUTES.length();
        try {
            long id = Long.parseUnsignedLong(path, MEMBERS_PATH.length(), end, HEX);
            MemberJson.Attributes attributes =
                    MemberJson.attributes(request.getVal().getBytes(StandardCharsets.UTF_8));
            setAttributes(id, attributes.name(), attributes.clientUrls());
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static MemberJson.Context context(ConfChange change) {
        MemberJson.Context context = MemberJson.context(change.getContext().toByteArray());
        if (context.member().getID() != change.getNodeId()) {
            throw new IllegalStateException(
                    "configuration change of node "
                            + Long.toHexString(change.getNodeId())
                            + " describes member "
                            + Long.toHexString(context.member().getID()));
        }
        return context;
    }

    private Member existing(long id) throws StatusException {
        Member member = state.members.get(id);
        if (member == null) {
            throw EtcdError.MEMBER_NOT_FOUND.exception();
        }
        return member;
    }

    private void add(Member member) throws StatusException {
        if (state.members.containsKey(member.getID())) {
            throw EtcdError.MEMBER_EXIST.exception();
        }
        checkPeerUrls(member);
        if (member.getIsLearner() && learners() >= learnersMax) {
            throw EtcdError.TOO_MANY_LEARNERS.exception();
        }
        save(member);
    }

    private void promote(long id) throws StatusException {
        Member member = existing(id);
        if (!member.getIsLearner()) {
            throw EtcdError.MEMBER_NOT_LEARNER.exception();
        }
        save(member.toBuilder().setIsLearner(false).build());
    }

    private void update(Member member, Member wanted) throws StatusException {
        checkPeerUrls(wanted);
        save(member.toBuilder().clearPeerURLs().addAllPeerURLs(wanted.getPeerURLsList()).build());
    }

    private void remove(Member member) {
        NavigableMap<Long, Member> members = new TreeMap<>(state.members);
        members.remove(member.getID());
        NavigableSet<Long> removed = new TreeSet<>(state.removed);
        removed.add(member.getID());
        state = state.with(members, removed);
        backend.delete(Bucket.MEMBERS, storedKey(member.getID()));
        backend.put(Bucket.MEMBERS_REMOVED, storedKey(member.getID()), REMOVED);
    }

    private void save(Member member) {
        state = state.withMember(member);
        backend.put(Bucket.MEMBERS, storedKey(member.getID()), MemberJson.encode(member));
    }

    /** No other member may be reached under one of the member's URLs. */
    private void checkPeerUrls(Member member) throws StatusException {
        for (Member other : state.members.values()) {
            if (other.getID() == member.getID()) {
                continue;
            }
            for (String url : member.getPeerURLsList()) {
                if (other.getPeerURLsList().contains(url)) {
                    throw EtcdError.PEER_URL_EXIST.exception();
                }
            }
        }
    }

    private int learners() {
        int learners = 0;
        for (Member member : state.members.values()) {
            learners += member.getIsLearner() ? 1 : 0;
        }
        return learners;
    }

    private static State restore(Backend backend) {
        TreeMap<Long, Member> members = new TreeMap<>(Long::compareUnsigned);
        TreeSet<Long> removed = new TreeSet<>(Long::compareUnsigned);
        try (ReadView view = backend.snapshotView()) {
            view.scanAll(
                    Bucket.MEMBERS,
                    (_, value) -> {
                        Member member = MemberJson.decode(value);
                        members.put(member.getID(), member);
                        return true;
                    });
            view.scanAll(
                    Bucket.MEMBERS_REMOVED,
                    (key, _) ->
                            removed.add(
                                    Long.parseUnsignedLong(
                                            new String(key, StandardCharsets.US_ASCII), HEX)));
            byte[] downgrade = view.get(Bucket.CLUSTER, DOWNGRADE);
            byte[] conf = view.get(Bucket.META, CONF_STATE);
            return new State(
                    members,
                    removed,
                    text(view.get(Bucket.CLUSTER, CLUSTER_VERSION)),
                    downgrade == null
                            ? DowngradeInfo.getDefaultInstance()
                            : MemberJson.downgrade(downgrade),
                    conf == null ? ConfState.getDefaultInstance() : MemberJson.confState(conf),
                    text(view.get(Bucket.META, STORAGE_VERSION)));
        }
    }

    private static byte[] storedKey(long id) {
        return ascii(Long.toUnsignedString(id, HEX));
    }

    private static String text(byte @Nullable [] stored) {
        return stored == null ? "" : new String(stored, StandardCharsets.US_ASCII);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
