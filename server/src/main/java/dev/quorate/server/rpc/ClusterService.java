package dev.quorate.server.rpc;

import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.MemberListRequest;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.HeadedPayload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.store.member.Membership;
import java.util.List;

/** {@code etcdserverpb.Cluster}: who the members are. Its headers carry no revision, as etcd's do not. */
final class ClusterService {
    private static final String NAME = "etcdserverpb.Cluster";
    private static final long NO_REVISION = 0;

    private final Door door;
    private final Membership membership;

    ClusterService(Door door, Membership membership) {
        this.door = door;
        this.membership = membership;
    }

    List<Rpc> rpcs() {
        return List.of(
                new Rpc.Unary<>(
                        NAME,
                        "MemberList",
                        MemberListRequest.getDefaultInstance(),
                        MemberListResponse.getDefaultInstance(),
                        this::list));
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
                                new HeadedPayload(
                                        door.header().field(NO_REVISION),
                                        MemberListResponse.newBuilder()
                                                .addAllMembers(membership.members())
                                                .build())));
    }
}
