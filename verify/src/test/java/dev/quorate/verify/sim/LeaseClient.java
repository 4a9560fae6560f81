package dev.quorate.verify.sim;

import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.LeaseGrantRequest;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.LeaseRevokeRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.verify.history.Wire;
import java.util.Random;

/** Grants leases, puts keys under them, renews them for a while, then lets them end or revokes them. */
final class LeaseClient {
    private static final long MILLI = 1_000_000;

    private final World world;
    private final int number;
    private final Random random;
    private int granted;
    private int writes;
    private boolean stopped;

    /** Whom renewals go to; a client stays with a member as long as that seems to be there. */
    private SimMember keeper;

    LeaseClient(World world, int number, Random random) {
        this.world = world;
        this.number = number;
        this.random = random;
        this.keeper = world.anyMember(random);
    }

    void start() {
        world.after(random.nextLong(1000 * MILLI), this::grant);
    }

    /** Renews nothing any more: every lease has to end. */
    void stop() {
        stopped = true;
    }

    private void grant() {
        if (stopped) {
            return;
        }
        long id = number * 1000L + ++granted;
        long ttl = 2 + random.nextInt(world.plan.leaseSecondsMax() - 1);
        long sentAt = world.now();
        boolean[] over = {false};
        Runnable again =
                () -> {
                    if (!over[0]) {
                        over[0] = true;
                        world.after(100 * MILLI + random.nextLong(500 * MILLI), this::grant);
                    }
                };
        boolean sent =
                world.anyMember(random)
                        .call(
                                "LeaseGrant",
                                LeaseGrantRequest.newBuilder().setID(id).setTTL(ttl).build(),
                                3000 * MILLI,
                                new SimMember.Answer() {
                                    @Override
                                    public void answered(MessageLite response) {
                                        long real = ((LeaseGrantResponse) response).getTTL();
                                        world.leaseJudge.acknowledged(id, real, sentAt);
                                        if (!over[0]) {
                                            over[0] = true;
                                            put(id);
                                            renew(
                                                    id,
                                                    real,
                                                    1
                                                            + random.nextInt(
                                                                    world.plan.leaseRenewalsMax()));
                                        }
                                    }

                                    @Override
                                    public void refused(StatusException why) {
                                        again.run();
                                    }

                                    @Override
                                    public void lost() {
                                        again.run();
                                    }
                                });
        world.after(sent ? 3000 * MILLI : MILLI, again::run);
    }

    /** What becomes of it shows in the database alone. */
    private void put(long id) {
        String value = "l" + number + "-" + ++writes;
        var request = new dev.quorate.verify.history.KvRequest.Put("lease" + id, value);
        long ticket = world.recorder.called(100 + number, request);
        boolean sent =
                world.anyMember(random)
                        .call(
                                "Put",
                                PutRequest.newBuilder()
                                        .setKey(Wire.bytes(request.key()))
                                        .setValue(Wire.bytes(value))
                                        .setLease(id)
                                        .build(),
                                3000 * MILLI,
                                new SimMember.Answer() {
                                    @Override
                                    public void answered(MessageLite response) {
                                        world.recorder.answered(ticket, Wire.response(response));
                                    }

                                    @Override
                                    public void refused(StatusException why) {
                                        world.recorder.lost(ticket);
                                    }

                                    @Override
                                    public void lost() {
                                        world.recorder.lost(ticket);
                                    }
                                });
        if (!sent) {
            world.recorder.refused(ticket);
        }
    }

    private void renew(long id, long ttlSeconds, int times) {
        if (stopped) {
            return;
        }
        if (times == 0) {
            if (random.nextInt(4) == 0) {
                revoke(id);
            }
            world.after(random.nextLong(1000 * MILLI), this::grant);
            return;
        }
        // Some ask in good time, some at the last moment.
        world.after(
                ttlSeconds * (200 + random.nextInt(700)) * MILLI,
                () -> {
                    ask(id);
                    renew(id, ttlSeconds, times - 1);
                });
    }

    private void ask(long id) {
        long sentAt = world.now();
        @SuppressWarnings("unchecked")
        SimMember.Stream<LeaseKeepAliveRequest>[] holder = new SimMember.Stream[1];
        boolean[] answered = {false};
        SimMember asked = keeper;
        SimMember.Stream<LeaseKeepAliveRequest> stream =
                asked.open(
                        "LeaseKeepAlive",
                        message -> {
                            var response = (LeaseKeepAliveResponse) message;
                            world.trace.note(
                                    world.now(), "renewed", number, id, response.getTTL(), "");
                            answered[0] = true;
                            if (response.getTTL() > 0) {
                                world.leaseJudge.acknowledged(id, response.getTTL(), sentAt);
                            }
                            if (holder[0] != null) {
                                holder[0].close();
                            }
                        },
                        this::elsewhere);
        if (stream == null) {
            elsewhere();
        } else {
            holder[0] = stream;
            stream.next(LeaseKeepAliveRequest.newBuilder().setID(id).build());
            world.after(
                    5000 * MILLI + random.nextLong(5000 * MILLI),
                    () -> {
                        stream.close();
                        if (!answered[0] && keeper == asked) {
                            elsewhere();
                        }
                    });
        }
    }

    private void elsewhere() {
        keeper = world.anyMember(random);
    }

    private void revoke(long id) {
        world.leaseJudge.revoking(id);
        world.anyMember(random)
                .call(
                        "LeaseRevoke",
                        LeaseRevokeRequest.newBuilder().setID(id).build(),
                        3000 * MILLI,
                        new SimMember.Answer() {
                            @Override
                            public void answered(MessageLite response) {}

                            @Override
                            public void refused(StatusException why) {}

                            @Override
                            public void lost() {}
                        });
    }
}
