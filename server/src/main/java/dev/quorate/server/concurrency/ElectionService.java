package dev.quorate.server.concurrency;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.v3electionpb.CampaignRequest;
import dev.quorate.proto.v3electionpb.CampaignResponse;
import dev.quorate.proto.v3electionpb.LeaderKey;
import dev.quorate.proto.v3electionpb.LeaderRequest;
import dev.quorate.proto.v3electionpb.LeaderResponse;
import dev.quorate.proto.v3electionpb.ProclaimRequest;
import dev.quorate.proto.v3electionpb.ProclaimResponse;
import dev.quorate.proto.v3electionpb.ResignRequest;
import dev.quorate.proto.v3electionpb.ResignResponse;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.server.service.Reply;
import dev.quorate.server.service.Rpc;
import dev.quorate.server.watch.WatchGate;
import dev.quorate.server.watch.WatchHub;
import java.util.List;

/** The service {@code v3electionpb.Election}. */
public final class ElectionService {
    private static final String SERVICE = "v3electionpb.Election";

    private final Member member;

    private ElectionService(Member member) {
        this.member = member;
    }

    /** The methods {@code Campaign}, {@code Proclaim}, {@code Leader}, {@code Observe} and {@code Resign}. */
    public static List<Rpc> methods(KvClient kv, WatchHub hub, WatchGate gate) {
        var service = new ElectionService(new Member(kv, hub, gate));
        return List.of(
                new Rpc.Unary<>(
                        SERVICE,
                        "Campaign",
                        CampaignRequest.getDefaultInstance(),
                        CampaignResponse.getDefaultInstance(),
                        service::campaign),
                new Rpc.Unary<>(
                        SERVICE,
                        "Proclaim",
                        ProclaimRequest.getDefaultInstance(),
                        ProclaimResponse.getDefaultInstance(),
                        service::proclaim),
                new Rpc.Unary<>(
                        SERVICE,
                        "Leader",
                        LeaderRequest.getDefaultInstance(),
                        LeaderResponse.getDefaultInstance(),
                        service::leader),
                new Rpc.ServerStream<>(
                        SERVICE,
                        "Observe",
                        LeaderRequest.getDefaultInstance(),
                        LeaderResponse.getDefaultInstance(),
                        service::observe),
                new Rpc.Unary<>(
                        SERVICE,
                        "Resign",
                        ResignRequest.getDefaultInstance(),
                        ResignResponse.getDefaultInstance(),
                        service::resign));
    }

    private void campaign(Call call, CampaignRequest request, Reply reply) {
        new Campaigning(member, call, request, reply).start(request.getLease());
    }

    private void proclaim(Call call, ProclaimRequest request, Reply reply) {
        if (!request.hasLeader()) {
            reply.fail(EtcdError.ELECTION_LEADER_FIELD.exception());
            return;
        }
        var step = Recipes.step(call);
        if (request.getLeader().getLease() != 0) {
            proclaim(step, request, request.getLeader().getLease(), reply);
            return;
        }
        // A leader that does not say its lease gets a new one, as in etcd.
        member.kv()
                .grant(
                        step,
                        Recipes.session(),
                        new KvClient.Answer<>() {
                            @Override
                            public void succeed(LeaseGrantResponse response) {
                                proclaim(step, request, response.getID(), reply);
                            }

                            @Override
                            public void fail(StatusException refusal) {
                                reply.fail(Recipes.through(refusal));
                            }
                        });
    }

    private void proclaim(Call step, ProclaimRequest request, long lease, Reply reply) {
        var leader = request.getLeader();
        var txn =
                TxnRequest.newBuilder()
                        .addCompare(Recipes.createdAt(leader.getKey(), leader.getRev()))
                        .addSuccess(Recipes.put(leader.getKey(), request.getValue(), lease))
                        .build();
        member.kv()
                .txn(
                        step,
                        txn,
                        new KvClient.Answer<>() {
                            @Override
                            public void succeed(TxnResponse response) {
                                if (response.getSucceeded()) {
                                    reply.succeed(
                                            Payload.of(
                                                    ProclaimResponse.newBuilder()
                                                            .setHeader(response.getHeader())
                                                            .build()));
                                } else {
                                    reply.fail(EtcdError.ELECTION_NOT_LEADER.exception());
                                }
                            }

                            @Override
                            public void fail(StatusException refusal) {
                                reply.fail(Recipes.through(refusal));
                            }
                        });
    }

    private void leader(Call call, LeaderRequest request, Reply reply) {
        member.kv()
                .range(
                        Recipes.step(call),
                        Recipes.oldest(request.getName()),
                        new KvClient.Answer<>() {
                            @Override
                            public void succeed(RangeResponse response) {
                                if (response.getKvsCount() == 0) {
                                    reply.fail(EtcdError.ELECTION_NO_LEADER.exception());
                                } else {
                                    reply.succeed(
                                            Payload.of(
                                                    LeaderResponse.newBuilder()
                                                            .setHeader(response.getHeader())
                                                            .setKv(response.getKvs(0))
                                                            .build()));
                                }
                            }

                            @Override
                            public void fail(StatusException refusal) {
                                reply.fail(Recipes.through(refusal));
                            }
                        });
    }

    private void observe(Call call, LeaderRequest request, Outlet outlet) {
        new Observation(member, call, request.getName(), outlet).start();
    }

    private void resign(Call call, ResignRequest request, Reply reply) {
        if (!request.hasLeader()) {
            reply.fail(EtcdError.ELECTION_LEADER_FIELD.exception());
            return;
        }
        member.kv()
                .txn(
                        Recipes.step(call),
                        resignation(request.getLeader().getKey(), request.getLeader().getRev()),
                        new KvClient.Answer<>() {
                            @Override
                            public void succeed(TxnResponse response) {
                                reply.succeed(
                                        Payload.of(
                                                ResignResponse.newBuilder()
                                                        .setHeader(response.getHeader())
                                                        .build()));
                            }

                            @Override
                            public void fail(StatusException refusal) {
                                reply.fail(Recipes.through(refusal));
                            }
                        });
    }

    /** Deletes the key unless somebody else has created it again. */
    private static TxnRequest resignation(ByteString key, long createRevision) {
        return TxnRequest.newBuilder()
                .addCompare(Recipes.createdAt(key, createRevision))
                .addSuccess(Recipes.delete(key))
                .build();
    }

    private static final class Campaigning extends Contender {
        private final CampaignRequest request;
        private volatile ResponseHeader header = ResponseHeader.getDefaultInstance();
        private volatile LeaderKey own = LeaderKey.getDefaultInstance();

        Campaigning(Member member, Call call, CampaignRequest request, Reply reply) {
            super(member, call, request.getName(), reply);
            this.request = request;
        }

        @Override
        void enter(long lease) {
            var key = Recipes.key(name(), lease);
            var txn =
                    TxnRequest.newBuilder()
                            .addCompare(Recipes.createdAt(key, 0))
                            .addSuccess(Recipes.put(key, request.getValue(), lease))
                            .addFailure(Recipes.op(Recipes.get(key)));
            var candidate =
                    LeaderKey.newBuilder().setName(name()).setKey(key).setLease(lease).build();
            txn(txn.build(), response -> contend(candidate, response));
        }

        private void contend(LeaderKey candidate, TxnResponse response) {
            header = response.getHeader();
            if (response.getSucceeded()) {
                own = candidate.toBuilder().setRev(header.getRevision()).build();
                if (entered()) {
                    awaitTurn(own.getRev());
                }
                return;
            }
            var existing = response.getResponses(0).getResponseRange().getKvs(0);
            own = candidate.toBuilder().setRev(existing.getCreateRevision()).build();
            if (!entered()) {
                return;
            }
            if (existing.getValue().equals(request.getValue())) {
                awaitTurn(own.getRev());
            } else {
                proclaim();
            }
        }

        /** The lease campaigns already, with another value. */
        private void proclaim() {
            var txn =
                    TxnRequest.newBuilder()
                            .addCompare(Recipes.createdAt(own.getKey(), own.getRev()))
                            .addSuccess(
                                    Recipes.put(own.getKey(), request.getValue(), own.getLease()))
                            .build();
            member.kv()
                    .txn(
                            step,
                            txn,
                            new KvClient.Answer<>() {
                                @Override
                                public void succeed(TxnResponse response) {
                                    if (response.getSucceeded()) {
                                        awaitTurn(own.getRev());
                                    } else {
                                        fail(EtcdError.ELECTION_NOT_LEADER.exception());
                                    }
                                }

                                @Override
                                public void fail(StatusException refusal) {
                                    if (refuse(Recipes.through(refusal))) {
                                        withdraw();
                                    }
                                }
                            });
        }

        @Override
        public void gone() {
            succeed(CampaignResponse.newBuilder().setHeader(header).setLeader(own).build());
        }

        /** As in etcd, the candidate stays: only a caller that went away takes its key with it. */
        @Override
        public void failed(StatusException refusal) {
            refuse(refusal);
        }

        @Override
        void withdraw() {
            member.kv().txn(afterwards, resignation(own.getKey(), own.getRev()), new Ignored<>());
        }
    }
}
