package dev.quorate.server.rpc;

import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.server.member.Ids;
import dev.quorate.server.node.Node;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.server.service.Services;
import dev.quorate.store.member.MemberJson;
import dev.quorate.store.member.Membership;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Answers what other members ask beside the raft messages. Thread-safe; never blocks. */
public final class PeerEndpoints {
    private static final int NOT_FOUND = 404;
    private static final int INTERNAL_ERROR = 500;

    private final Node node;
    private final Membership membership;
    private final Supplier<Services.Versions> versions;
    private final String clusterId;

    PeerEndpoints(
            Node node,
            Membership membership,
            Supplier<Services.Versions> versions,
            long clusterId) {
        this.node = node;
        this.membership = membership;
        this.versions = versions;
        this.clusterId = Ids.text(clusterId);
    }

    /** Answers once, on any thread. */
    public void answer(PeerRequest request, Consumer<PeerResponse> done) {
        switch (request.path()) {
            case "/members" -> get(request, done, this::members);
            case "/version" -> get(request, done, this::version);
            case "/downgrade/enabled" -> get(request, done, this::downgradeEnabled);
            default -> done.accept(PeerResponse.error(NOT_FOUND, "404 page not found"));
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
        done.accept(
                PeerResponse.ok(PeerResponse.JSON, json(membership.members()))
                        .withClusterId(clusterId));
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
}
