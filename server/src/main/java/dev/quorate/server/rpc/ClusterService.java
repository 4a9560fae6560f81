package dev.quorate.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.MemberAddRequest;
import dev.quorate.proto.etcdserverpb.MemberAddResponse;
import dev.quorate.proto.etcdserverpb.MemberListRequest;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.etcdserverpb.MemberPromoteRequest;
import dev.quorate.proto.etcdserverpb.MemberPromoteResponse;
import dev.quorate.proto.etcdserverpb.MemberRemoveRequest;
import dev.quorate.proto.etcdserverpb.MemberRemoveResponse;
import dev.quorate.proto.etcdserverpb.MemberUpdateRequest;
import dev.quorate.proto.etcdserverpb.MemberUpdateResponse;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.proto.raftpb.ConfChangeType;
import dev.quorate.raft.Role;
import dev.quorate.raft.Status;
import dev.quorate.server.config.Url;
import dev.quorate.server.member.Ids;
import dev.quorate.server.member.Reconfiguration;
import dev.quorate.server.node.Waiter;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Cancellation;
import dev.quorate.server.service.HeadedPayload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.store.Outcome;
import dev.quorate.store.member.MemberJson;
import dev.quorate.store.member.Membership;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * {@code etcdserverpb.Cluster}: who the members are, and changing that. Its headers carry no revision, as etcd's do not.
 *
 * <p>What the member that is asked can tell by itself it refuses before anything is proposed ({@link Reconfiguration}); what every member
 * has to decide alike, such as whether an address is taken, is decided when the change is applied.
 */
final class ClusterService {
    private static final String NAME = "etcdserverpb.Cluster";
    private static final long NO_REVISION = 0;
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION = 412;

    private final Door door;
    private final Membership membership;
    private final Reconfiguration reconfiguration;
    private final InstantSource wallClock;
    private final LeaderCalls leader;

    ClusterService(
            Door door,
            Membership membership,
            Reconfiguration reconfiguration,
            InstantSource wallClock,
            LeaderCalls leader) {
        this.leader = leader;
        this.door = door;
        this.membership = membership;
        this.reconfiguration = reconfiguration;
        this.wallClock = wallClock;
    }

    List<Rpc> rpcs() {
        return List.of(
                unary(
                        "MemberAdd",
                        MemberAddRequest.getDefaultInstance(),
                        MemberAddResponse.getDefaultInstance(),
                        this::add),
                unary(
                        "MemberRemove",
                        MemberRemoveRequest.getDefaultInstance(),
                        MemberRemoveResponse.getDefaultInstance(),
                        this::remove),
                unary(
                        "MemberUpdate",
                        MemberUpdateRequest.getDefaultInstance(),
                        MemberUpdateResponse.getDefaultInstance(),
                        this::update),
                unary(
                        "MemberList",
                        MemberListRequest.getDefaultInstance(),
                        MemberListResponse.getDefaultInstance(),
                        this::list),
                unary(
                        "MemberPromote",
                        MemberPromoteRequest.getDefaultInstance(),
                        MemberPromoteResponse.getDefaultInstance(),
                        this::promote));
    }

    private static <Q extends MessageLite> Rpc unary(
            String method, Q request, MessageLite response, Rpc.UnaryHandler<Q> handler) {
        return new Rpc.Unary<>(NAME, method, request, response, handler);
    }

    private void list(Call call, MemberListRequest request, Reply reply) {
        try {
            door.gate().requireUser(call);
            door.requireVoter();
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        door.whenReadable(
                call,
                !request.getLinearizable(),
                reply,
                () ->
                        reply.succeed(
                                headed(
                                        MemberListResponse.newBuilder()
                                                .addAllMembers(membership.members())
                                                .build())));
    }

    private void add(Call call, MemberAddRequest request, Reply reply) {
        Member member;
        try {
            requireOperator(call);
            List<String> urls = urls(request.getPeerURLsList());
            member =
                    Member.newBuilder()
                            .setID(Ids.addedMember(urls, wallClock.instant().getEpochSecond()))
                            .addAllPeerURLs(urls)
                            .setIsLearner(request.getIsLearner())
                            .build();
            reconfiguration.checkAdd(request.getIsLearner());
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        change(
                request.getIsLearner()
                        ? ConfChangeType.ConfChangeAddLearnerNode
                        : ConfChangeType.ConfChangeAddNode,
                member.getID(),
                MemberJson.encodeChange(member, false),
                reply,
                members ->
                        MemberAddResponse.newBuilder()
                                .setMember(member)
                                .addAllMembers(members)
                                .build());
    }

    private void remove(Call call, MemberRemoveRequest request, Reply reply) {
        try {
            requireOperator(call);
            reconfiguration.checkRemove(request.getID());
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        change(
                ConfChangeType.ConfChangeRemoveNode,
                request.getID(),
                new byte[0],
                reply,
                members -> MemberRemoveResponse.newBuilder().addAllMembers(members).build());
    }

    private void update(Call call, MemberUpdateRequest request, Reply reply) {
        Member member;
        try {
            requireOperator(call);
            member =
                    Member.newBuilder()
                            .setID(request.getID())
                            .addAllPeerURLs(newUrls(request))
                            .build();
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        change(
                ConfChangeType.ConfChangeUpdateNode,
                request.getID(),
                MemberJson.encode(member),
                reply,
                members -> MemberUpdateResponse.newBuilder().addAllMembers(members).build());
    }

    /** How a promotion ended; one of the two, once, on any thread. */
    interface Promotion {
        void promoted(List<Member> members);

        void refused(StatusException why);
    }

    private void promote(Call call, MemberPromoteRequest request, Reply reply) {
        try {
            requireOperator(call);
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        String token = call.token();
        promoteAnywhere(
                request.getID(),
                token == null ? "" : token,
                new Promotion() {
                    @Override
                    public void promoted(List<Member> members) {
                        reply.succeed(
                                headed(
                                        MemberPromoteResponse.newBuilder()
                                                .addAllMembers(members)
                                                .build()));
                    }

                    @Override
                    public void refused(StatusException why) {
                        reply.fail(why);
                    }
                });
    }

    /**
     * Promotes a learner in the name of a caller at another member.
     *
     * @param token of the caller, or empty
     */
    void promote(long id, String token, Promotion promotion) {
        try {
            door.gate()
                    .requireAdmin(
                            new Call(
                                    token.isEmpty() ? null : token,
                                    null,
                                    false,
                                    "unknown",
                                    Long.MAX_VALUE,
                                    new Cancellation()));
        } catch (StatusException refusal) {
            promotion.refused(refusal);
            return;
        }
        promoteAnywhere(id, token, promotion);
    }

    /** Only the leader knows how far a learner has come, so it is asked. */
    private void promoteAnywhere(long id, String token, Promotion promotion) {
        Promotion counting =
                new Promotion() {
                    @Override
                    public void promoted(List<Member> members) {
                        reconfiguration.promotionEnded(null);
                        promotion.promoted(members);
                    }

                    @Override
                    public void refused(StatusException why) {
                        reconfiguration.promotionEnded(why);
                        promotion.refused(why);
                    }
                };
        leader.ask(
                new PeerRequest(
                        "POST",
                        "/members/promote/" + Long.toUnsignedString(id),
                        "",
                        token,
                        new byte[0]),
                new LeaderCalls.Reaction() {
                    @Override
                    public void leads(Runnable again) {
                        door.node().inspect(status -> promoteHere(status, id, counting));
                    }

                    @Override
                    public boolean answered(PeerResponse response) {
                        return promotedThere(response, counting);
                    }

                    @Override
                    public void late() {
                        counting.refused(EtcdError.TIMEOUT.exception());
                    }
                });
    }

    /** What the leader's answer means; false if it means nothing, and it should be asked again. */
    private static boolean promotedThere(PeerResponse response, Promotion promotion) {
        String text = response.text();
        if (response.isOk()) {
            promotion.promoted(MemberJson.decodeList(response.body()));
        } else if (response.status() == NOT_FOUND) {
            promotion.refused(EtcdError.MEMBER_NOT_FOUND.exception());
        } else if (response.status() == PRECONDITION && text.contains("in sync with leader")) {
            promotion.refused(EtcdError.LEARNER_NOT_READY.exception());
        } else if (response.status() == PRECONDITION) {
            promotion.refused(EtcdError.MEMBER_NOT_LEARNER.exception());
        } else {
            return false;
        }
        return true;
    }

    private void promoteHere(Status status, long id, Promotion promotion) {
        try {
            if (status.role() != Role.LEADER) {
                throw EtcdError.NOT_LEADER.exception();
            }
            reconfiguration.checkPromote(status, id);
        } catch (StatusException refusal) {
            promotion.refused(refusal);
            return;
        }
        change(
                ConfChangeType.ConfChangeAddNode,
                id,
                MemberJson.encodeChange(Member.newBuilder().setID(id).build(), true),
                outcome -> {
                    switch (outcome) {
                        case Outcome.Done done ->
                                promotion.promoted(
                                        done.response() instanceof MemberListResponse list
                                                ? list.getMembersList()
                                                : membership.members());
                        case Outcome.Refused refused -> promotion.refused(refused.why());
                        case Outcome.Skipped _ -> promotion.refused(EtcdError.TIMEOUT.exception());
                    }
                });
    }

    private void change(
            ConfChangeType type,
            long id,
            byte[] context,
            Reply reply,
            Function<List<Member>, MessageLite> response) {
        change(
                type,
                id,
                context,
                outcome -> {
                    if (outcome instanceof Outcome.Done(var after, _)
                            && after instanceof MemberListResponse list) {
                        reply.succeed(headed(response.apply(list.getMembersList())));
                    } else {
                        door.answer(outcome, reply);
                    }
                });
    }

    private void change(ConfChangeType type, long id, byte[] context, Waiter waiter) {
        door.node()
                .proposals()
                .proposeChange(
                        ConfChange.newBuilder()
                                .setType(type)
                                .setNodeId(id)
                                .setContext(ByteString.copyFrom(context)),
                        waiter);
    }

    private HeadedPayload headed(MessageLite rest) {
        return new HeadedPayload(door.header().field(NO_REVISION), rest);
    }

    private void requireOperator(Call call) throws StatusException {
        door.requireVoter();
        door.gate().requireAdmin(call);
    }

    /** etcd does not look at the addresses, and its members panic at bad ones; so the first it complains of is a member that is none. */
    private List<String> newUrls(MemberUpdateRequest request) throws StatusException {
        try {
            return urls(request.getPeerURLsList());
        } catch (StatusException badUrls) {
            boolean known =
                    membership.members().stream()
                            .anyMatch(member -> member.getID() == request.getID());
            throw known ? badUrls : EtcdError.MEMBER_NOT_FOUND.exception();
        }
    }

    private static List<String> urls(List<String> given) throws StatusException {
        try {
            List<String> texts = new ArrayList<>(given.size());
            for (Url url : Url.parseAll(given)) {
                texts.add(url.text());
            }
            return texts;
        } catch (IllegalArgumentException e) {
            throw EtcdError.MEMBER_BAD_URLS.exception();
        }
    }
}
