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
import dev.quorate.server.service.Call;
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

    private final Door door;
    private final Membership membership;
    private final Reconfiguration reconfiguration;
    private final InstantSource wallClock;

    ClusterService(
            Door door,
            Membership membership,
            Reconfiguration reconfiguration,
            InstantSource wallClock) {
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
                            .addAllPeerURLs(urls(request.getPeerURLsList()))
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

    /** Only the leader knows how far a learner has come, so it is asked for its progress first. */
    private void promote(Call call, MemberPromoteRequest request, Reply reply) {
        try {
            requireOperator(call);
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        Reply counting = reconfiguration.countingPromotions(reply);
        door.node().inspect(status -> promote(status, request.getID(), counting));
    }

    private void promote(Status status, long id, Reply reply) {
        try {
            if (status.role() != Role.LEADER) {
                throw EtcdError.NOT_LEADER.exception();
            }
            reconfiguration.checkPromote(status, id);
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        change(
                ConfChangeType.ConfChangeAddNode,
                id,
                MemberJson.encodeChange(Member.newBuilder().setID(id).build(), true),
                reply,
                members -> MemberPromoteResponse.newBuilder().addAllMembers(members).build());
    }

    private void change(
            ConfChangeType type,
            long id,
            byte[] context,
            Reply reply,
            Function<List<Member>, MessageLite> response) {
        door.node()
                .proposals()
                .proposeChange(
                        ConfChange.newBuilder()
                                .setType(type)
                                .setNodeId(id)
                                .setContext(ByteString.copyFrom(context)),
                        outcome -> {
                            if (outcome instanceof Outcome.Done(var after, _)
                                    && after instanceof MemberListResponse list) {
                                reply.succeed(headed(response.apply(list.getMembersList())));
                            } else {
                                door.answer(outcome, reply);
                            }
                        });
    }

    private HeadedPayload headed(MessageLite rest) {
        return new HeadedPayload(door.header().field(NO_REVISION), rest);
    }

    private void requireOperator(Call call) throws StatusException {
        door.requireLeader(call);
        door.requireVoter();
        door.gate().requireAdmin(call);
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
