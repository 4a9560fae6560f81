package dev.quorate.server.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveRequest;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveRequest;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.leasepb.LeaseInternalRequest;
import dev.quorate.proto.leasepb.LeaseInternalResponse;
import dev.quorate.server.member.Ids;
import dev.quorate.server.node.Node;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.server.service.Services;
import dev.quorate.store.StateMachine;
import dev.quorate.store.member.MemberJson;
import dev.quorate.store.member.Membership;
import dev.quorate.store.mvcc.KeyHash;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Answers what other members ask beside the raft messages. Thread-safe; never blocks. */
public final class PeerEndpoints {
    private static final int NOT_FOUND = 404;
    private static final int INTERNAL_ERROR = 500;

    private static final int BAD_REQUEST = 400;
    private static final int TIMED_OUT = 408;
    private static final int PRECONDITION = 412;
    private static final long CATCH_UP_NANOS = 1_000_000_000L;
    private static final String PROMOTE = "/members/promote/";
    private static final String CATCHING_UP =
            "waiting for node to catch up its applied index has timed out";

    private final Node node;
    private final StateMachine machine;
    private final Membership membership;
    private final LeaseService leases;
    private final ClusterService cluster;
    private final Supplier<Services.Versions> versions;
    private final Executor guests;
    private final LongSupplier nanoClock;
    private final String clusterId;

    /** @param guests computes hashes */
    PeerEndpoints(
            Node node,
            StateMachine machine,
            LeaseService leases,
            ClusterService cluster,
            Supplier<Services.Versions> versions,
            Executor guests,
            LongSupplier nanoClock,
            long clusterId) {
        this.node = node;
        this.machine = machine;
        this.membership = machine.membership();
        this.leases = leases;
        this.cluster = cluster;
        this.versions = versions;
        this.guests = guests;
        this.nanoClock = nanoClock;
        this.clusterId = Ids.text(clusterId);
    }

    /** Answers once, on any thread. */
    public void answer(PeerRequest request, Consumer<PeerResponse> done) {
        switch (request.path()) {
            case "/members" -> get(request, done, this::members);
            case "/version" -> get(request, done, this::version);
            case "/downgrade/enabled" -> get(request, done, this::downgradeEnabled);
            case "/members/hashkv" -> get(request, done, then -> hash(request, then));
            case "/leases" -> post(request, done, "", then -> renew(request, then));
            case "/leases/internal" -> post(request, done, "", then -> describe(request, then));
            default -> {
                if (request.path().startsWith(PROMOTE)) {
                    post(request, done, "POST", then -> promote(request, then));
                } else {
                    done.accept(PeerResponse.error(NOT_FOUND, "404 page not found"));
                }
            }
        }
    }

    /**
     * Lets a POST through.
     *
     * @param allow what the refusal of other methods names; etcd names nothing for leases
     */
    private static void post(
            PeerRequest request,
            Consumer<PeerResponse> done,
            String allow,
            Consumer<Consumer<PeerResponse>> handler) {
        if (request.method().equals("POST")) {
            handler.accept(done);
        } else {
            done.accept(PeerResponse.methodNotAllowed(allow));
        }
    }

    private static void get(
            PeerRequest request,
            Consumer<PeerResponse> done,
            Consumer<Consumer<PeerResponse>> handler) {
        if (request.method().equals("GET")) {
            handler.accept(done);
        } else {
            done.accept(PeerResponse.methodNotAllowed("GET"));
        }
    }

    private void members(Consumer<PeerResponse> done) {
        // Read before the list, which may be newer, but is not older.
        long index = node.appliedIndex();
        done.accept(
                PeerResponse.ok(PeerResponse.JSON, json(membership.members()))
                        .withClusterId(clusterId)
                        .withAppliedIndex(index));
    }

    /** Go's JSON of a list of members, with a newline behind it. */
    static byte[] json(List<Member> members) {
        StringBuilder json = new StringBuilder("[");
        for (Member member : members) {
            json.append(json.length() > 1 ? "," : "")
                    .append(new String(MemberJson.encode(member), StandardCharsets.UTF_8));
        }
        return json.append("]\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private void version(Consumer<PeerResponse> done) {
        Services.Versions now = versions.get();
        done.accept(
                PeerResponse.ok(
                        PeerResponse.JSON,
                        ("{\"etcdserver\":\""
                                        + now.server()
                                        + "\",\"etcdcluster\":\""
                                        + now.cluster()
                                        + "\",\"storage\":\""
                                        + now.storage()
                                        + "\"}")
                                .getBytes(StandardCharsets.UTF_8)));
    }

    private void downgradeEnabled(Consumer<PeerResponse> done) {
        node.linearizable(
                new Node.Read() {
                    @Override
                    public void ready() {
                        String enabled = Boolean.toString(membership.downgrade().getEnabled());
                        done.accept(
                                PeerResponse.ok(
                                                "text/plain",
                                                enabled.getBytes(StandardCharsets.UTF_8))
                                        .withClusterId(clusterId));
                    }

                    @Override
                    public void refused(StatusException why) {
                        done.accept(
                                PeerResponse.error(
                                                INTERNAL_ERROR,
                                                "failed linearized read: " + why.description())
                                        .withClusterId(clusterId));
                    }
                },
                Long.MAX_VALUE);
    }

    // ---- hashes

    private void hash(PeerRequest request, Consumer<PeerResponse> done) {
        if (!request.clusterId().isEmpty() && !request.clusterId().equals(clusterId)) {
            done.accept(PeerResponse.error(PRECONDITION, "cluster ID mismatch"));
            return;
        }
        long revision;
        try {
            revision = MemberJson.revision(request.body());
        } catch (RuntimeException _) {
            done.accept(PeerResponse.error(BAD_REQUEST, "error unmarshalling request"));
            return;
        }
        guests.execute(() -> done.accept(hash(revision)));
    }

    private PeerResponse hash(long revision) {
        try {
            KeyHash hash = machine.keyValues().hash(revision);
            StringBuilder json = new StringBuilder("{\"header\":{");
            json.append("\"revision\":").append(machine.keyValues().currentRevision());
            json.append("},\"hash\":").append(hash.hash());
            json.append(",\"compact_revision\":").append(hash.compactRevision());
            json.append(",\"hash_revision\":").append(hash.revision()).append('}');
            // As in etcd, only an answer names the cluster.
            return PeerResponse.ok(
                            PeerResponse.JSON, json.toString().getBytes(StandardCharsets.UTF_8))
                    .withClusterId(clusterId);
        } catch (StatusException e) {
            return PeerResponse.error(
                    BAD_REQUEST, e.description().replace("etcdserver: mvcc:", "mvcc:"));
        }
    }

    // ---- leases

    private void renew(PeerRequest request, Consumer<PeerResponse> done) {
        LeaseKeepAliveRequest question;
        try {
            question = LeaseKeepAliveRequest.parseFrom(request.body());
        } catch (InvalidProtocolBufferException _) {
            done.accept(PeerResponse.error(BAD_REQUEST, "error unmarshalling request"));
            return;
        }
        leases.renewals()
                .renewHere(
                        question.getID(),
                        new Renewals.Renewal() {
                            @Override
                            public void renewed(long ttlSeconds) {
                                done.accept(
                                        PeerResponse.ok(
                                                PeerResponse.PROTOBUF,
                                                LeaseKeepAliveResponse.newBuilder()
                                                        .setID(question.getID())
                                                        .setTTL(ttlSeconds)
                                                        .build()
                                                        .toByteArray()));
                            }

                            @Override
                            public void refused(StatusException why) {
                                done.accept(refusal(why));
                            }
                        });
    }

    private static PeerResponse refusal(StatusException why) {
        if (why == EtcdError.LEASE_NOT_FOUND.exception()) {
            return PeerResponse.error(NOT_FOUND, "lease not found");
        }
        if (why == EtcdError.TIMEOUT.exception()) {
            return PeerResponse.error(TIMED_OUT, CATCHING_UP);
        }
        return why == EtcdError.NOT_PRIMARY_LESSOR.exception()
                ? PeerResponse.error(BAD_REQUEST, "not a primary lessor")
                : PeerResponse.error(BAD_REQUEST, why.description());
    }

    private void describe(PeerRequest request, Consumer<PeerResponse> done) {
        LeaseTimeToLiveRequest question;
        try {
            question = LeaseInternalRequest.parseFrom(request.body()).getLeaseTimeToLiveRequest();
        } catch (InvalidProtocolBufferException _) {
            done.accept(PeerResponse.error(BAD_REQUEST, "error unmarshalling request"));
            return;
        }
        node.linearizable(
                new Node.Read() {
                    @Override
                    public void ready() {
                        done.accept(describe(question));
                    }

                    @Override
                    public void refused(StatusException why) {
                        done.accept(PeerResponse.error(TIMED_OUT, CATCHING_UP));
                    }
                },
                nanoClock.getAsLong() + CATCH_UP_NANOS);
    }

    private PeerResponse describe(LeaseTimeToLiveRequest question) {
        if (!machine.leases().isPromoted()) {
            return PeerResponse.error(INTERNAL_ERROR, "not a primary lessor");
        }
        if (!machine.leases().exists(question.getID())) {
            return PeerResponse.error(NOT_FOUND, "lease not found");
        }
        return PeerResponse.ok(
                PeerResponse.PROTOBUF,
                LeaseInternalResponse.newBuilder()
                        .setLeaseTimeToLiveResponse(
                                leases.describe(question).toBuilder()
                                        .setHeader(ResponseHeader.getDefaultInstance()))
                        .build()
                        .toByteArray());
    }

    // ---- members

    private void promote(PeerRequest request, Consumer<PeerResponse> done) {
        String text = request.path().substring(PROMOTE.length());
        long id;
        try {
            id = Long.parseUnsignedLong(text);
        } catch (NumberFormatException _) {
            done.accept(
                    PeerResponse.error(NOT_FOUND, "member " + text + " not found in cluster")
                            .withClusterId(clusterId));
            return;
        }
        cluster.promote(
                id,
                request.authorization(),
                new ClusterService.Promotion() {
                    @Override
                    public void promoted(List<Member> members) {
                        done.accept(
                                PeerResponse.ok(PeerResponse.JSON, json(members))
                                        .withClusterId(clusterId));
                    }

                    @Override
                    public void refused(StatusException why) {
                        done.accept(promotionRefusal(why).withClusterId(clusterId));
                    }
                });
    }

    private static PeerResponse promotionRefusal(StatusException why) {
        if (why == EtcdError.MEMBER_NOT_FOUND.exception()) {
            return PeerResponse.error(NOT_FOUND, "membership: ID not found");
        }
        if (why == EtcdError.MEMBER_NOT_LEARNER.exception()) {
            return PeerResponse.error(
                    PRECONDITION, "membership: can only promote a learner member");
        }
        if (why == EtcdError.LEARNER_NOT_READY.exception()) {
            return PeerResponse.error(PRECONDITION, why.description());
        }
        return new PeerResponse(
                INTERNAL_ERROR,
                PeerResponse.JSON,
                "{\"message\":\"Internal Server Error\"}".getBytes(StandardCharsets.UTF_8));
    }
}
