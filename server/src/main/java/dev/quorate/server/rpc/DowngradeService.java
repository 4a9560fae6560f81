package dev.quorate.server.rpc;

import dev.quorate.log.Log;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.DowngradeInfoSetRequest;
import dev.quorate.proto.etcdserverpb.DowngradeRequest;
import dev.quorate.proto.etcdserverpb.DowngradeResponse;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.server.Versions;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.HeadedPayload;
import dev.quorate.server.service.Reply;
import dev.quorate.store.Outcome;
import dev.quorate.store.member.Membership;

/**
 * {@code Maintenance.Downgrade}: prepares the cluster for members of the minor version below.
 *
 * <p>The target must be exactly one minor version below the cluster version.
 */
final class DowngradeService {
    private static final Log LOG = Log.of(DowngradeService.class);

    private final Door door;
    private final Membership membership;

    DowngradeService(Door door, Membership membership) {
        this.door = door;
        this.membership = membership;
    }

    void downgrade(Call call, DowngradeRequest request, Reply reply) {
        try {
            door.gate().requireAdmin(call);
        } catch (StatusException refusal) {
            reply.fail(refusal);
            return;
        }
        switch (request.getAction()) {
            case VALIDATE -> validate(call, request.getVersion(), reply, () -> answer(reply));
            case ENABLE -> enable(call, request.getVersion(), reply);
            case CANCEL -> cancel(call, reply);
            case UNRECOGNIZED ->
                    reply.fail(new StatusException(Code.UNKNOWN, "etcdserver: unknown method"));
        }
    }

    private void enable(Call call, String version, Reply reply) {
        validate(
                call,
                version,
                reply,
                () ->
                        propose(
                                InternalRaftRequest.newBuilder()
                                        .setDowngradeInfoSet(
                                                DowngradeInfoSetRequest.newBuilder()
                                                        .setEnabled(true)
                                                        .setVer(full(target(version)))),
                                reply,
                                () -> {
                                    LOG.info(
                                            "The server is ready to downgrade",
                                            "target-version",
                                            full(target(version)),
                                            "server-version",
                                            Versions.SERVER);
                                    answer(reply);
                                }));
    }

    /** A cluster without a downgrade under way answers as if it had ended one; only the log tells, as in etcd. */
    private void cancel(Call call, Reply reply) {
        door.whenReadable(
                call,
                false,
                reply,
                () -> {
                    if (!membership.downgrade().getEnabled()) {
                        LOG.warn(
                                "failed to cancel downgrade",
                                "error",
                                EtcdError.NO_INFLIGHT_DOWNGRADE.text());
                        answer(reply);
                        return;
                    }
                    propose(
                            InternalRaftRequest.newBuilder()
                                    .setDowngradeInfoSet(DowngradeInfoSetRequest.newBuilder()),
                            reply,
                            () -> {
                                LOG.info("the downgrade job was cancelled");
                                answer(reply);
                            });
                });
    }

    private void validate(Call call, String version, Reply reply, Runnable then) {
        door.whenReadable(
                call,
                false,
                reply,
                () -> {
                    try {
                        check(version);
                    } catch (StatusException refusal) {
                        LOG.warn("reject downgrade request", "error", refusal.description());
                        reply.fail(refusal);
                        return;
                    }
                    then.run();
                });
    }

    private void check(String version) throws StatusException {
        int[] target = numbers(version);
        if (target.length == 0) {
            throw EtcdError.WRONG_DOWNGRADE_VERSION_FORMAT.exception();
        }
        int[] cluster = numbers(membership.clusterVersion());
        if (cluster.length == 0) {
            throw EtcdError.CLUSTER_VERSION_UNAVAILABLE.exception();
        }
        if (target[0] != cluster[0] || target[1] != cluster[1] - 1) {
            throw EtcdError.INVALID_DOWNGRADE_TARGET_VERSION.exception();
        }
        if (membership.downgrade().getEnabled()) {
            throw EtcdError.DOWNGRADE_IN_PROCESS.exception();
        }
    }

    private void propose(InternalRaftRequest.Builder request, Reply reply, Runnable then) {
        door.node()
                .proposals()
                .propose(
                        request,
                        outcome -> {
                            if (outcome instanceof Outcome.Done) {
                                then.run();
                            } else {
                                door.answer(outcome, reply);
                            }
                        });
    }

    private void answer(Reply reply) {
        reply.succeed(
                new HeadedPayload(
                        door.currentHeader(),
                        DowngradeResponse.newBuilder()
                                .setVersion(Versions.majorMinor(membership.clusterVersion()))
                                .build()));
    }

    private static String target(String version) {
        int[] numbers = numbers(version);
        return numbers[0] + "." + numbers[1];
    }

    private static String full(String majorMinor) {
        return majorMinor + ".0";
    }

    /** Major and minor of {@code X.Y} or {@code X.Y.Z}; empty if it is neither. */
    private static int[] numbers(String version) {
        String[] parts = version.split("\\.", -1);
        if (parts.length < 2 || parts.length > 3) {
            return new int[0];
        }
        try {
            int[] numbers = new int[parts.length];
            for (int i = 0; i < parts.length; i++) {
                numbers[i] = Integer.parseInt(parts[i]);
            }
            return numbers;
        } catch (NumberFormatException e) {
            return new int[0];
        }
    }
}
