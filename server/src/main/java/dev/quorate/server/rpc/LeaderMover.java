package dev.quorate.server.rpc;

import dev.quorate.log.Log;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.MoveLeaderRequest;
import dev.quorate.proto.etcdserverpb.MoveLeaderResponse;
import dev.quorate.server.member.Ids;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.store.member.Membership;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * {@code Maintenance.MoveLeader}: hands leadership to another voter and looks now and then whether it has it. Its answer has no header, as
 * etcd's has none. Thread-safe; never blocks.
 */
final class LeaderMover {
    private static final Log LOG = Log.of(LeaderMover.class);

    private final Door door;
    private final Membership membership;
    private final LeaderCalls.Later later;
    private final LongSupplier nanoClock;
    private final long memberId;
    private final long pollNanos;
    private final long limitNanos;

    /**
     * @param pollNanos between two looks at who leads: a heartbeat
     * @param limitNanos time after which a transfer has failed
     */
    LeaderMover(
            Door door,
            Membership membership,
            LeaderCalls.Later later,
            LongSupplier nanoClock,
            long memberId,
            long pollNanos,
            long limitNanos) {
        this.door = door;
        this.membership = membership;
        this.later = later;
        this.nanoClock = nanoClock;
        this.memberId = memberId;
        this.pollNanos = pollNanos;
        this.limitNanos = limitNanos;
    }

    void move(Call call, MoveLeaderRequest request, Reply reply) {
        long target = request.getTargetID();
        try {
            door.requireVoter();
            door.gate().requireAdmin(call);
            if (!door.node().leadership().isLeader()) {
                throw EtcdError.NOT_LEADER.exception();
            }
            Member member = membership.member(target);
            if (member == null || member.getIsLearner()) {
                throw EtcdError.BAD_LEADER_TRANSFEREE.exception();
            }
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        long start = nanoClock.getAsLong();
        LOG.info(
                "leadership transfer starting",
                "local-member-id",
                Ids.text(memberId),
                "current-leader-member-id",
                Ids.text(memberId),
                "transferee-member-id",
                Ids.text(target));
        door.node().transferLeadership(target);
        look(call, target, reply, start);
    }

    private void look(Call call, long target, Reply reply, long startNanos) {
        long took = nanoClock.getAsLong() - startNanos;
        if (door.node().leadership().leader() == target) {
            LOG.info(
                    "leadership transfer finished",
                    "local-member-id",
                    Ids.text(memberId),
                    "old-leader-member-id",
                    Ids.text(memberId),
                    "new-leader-member-id",
                    Ids.text(target),
                    "took",
                    Duration.ofNanos(took));
            reply.succeed(Payload.of(MoveLeaderResponse.getDefaultInstance()));
        } else if (took > limitNanos || call.cancellation().isCancelled()) {
            reply.fail(EtcdError.TRANSFER_TIMEOUT.exception());
        } else {
            later.run(pollNanos, () -> look(call, target, reply, startNanos));
        }
    }
}
