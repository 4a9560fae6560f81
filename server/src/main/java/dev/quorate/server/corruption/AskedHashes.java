package dev.quorate.server.corruption;

import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.server.Transport;
import dev.quorate.server.member.Ids;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.store.member.Membership;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/** Asks the other members at {@code /members/hashkv}, all at the same time. Thread-safe. */
final class AskedHashes implements PeerHashes {
    private static final String PATH = "/members/hashkv";

    private final Transport transport;
    private final Membership membership;
    private final long memberId;
    private final String clusterId;
    private final Duration limit;

    /** @param limit how long to wait for each */
    AskedHashes(
            Transport transport,
            Membership membership,
            long memberId,
            long clusterId,
            Duration limit) {
        this.transport = transport;
        this.membership = membership;
        this.memberId = memberId;
        this.clusterId = Ids.text(clusterId);
        this.limit = limit;
    }

    @Override
    public void at(long revision, Consumer<List<PeerHash>> done) {
        List<Member> others = others();
        if (others.isEmpty()) {
            done.accept(List.of());
            return;
        }
        var answers = new AtomicReferenceArray<PeerHash>(others.size());
        var missing = new AtomicInteger(others.size());
        for (int i = 0; i < others.size(); i++) {
            int at = i;
            long id = others.get(i).getID();
            transport.call(
                    id,
                    question(revision),
                    limit,
                    response -> {
                        answers.set(at, read(id, revision, response));
                        if (missing.decrementAndGet() == 0) {
                            done.accept(list(answers));
                        }
                    });
        }
    }

    /** The same by address, one after the other, for a member that does not run yet; waits. */
    List<PeerHash> now(long revision) {
        List<PeerHash> answers = new ArrayList<>();
        for (Member member : others()) {
            answers.add(now(member, revision));
        }
        return answers;
    }

    private PeerHash now(Member member, long revision) {
        PeerHash last = PeerHash.refused(member.getID(), "no peer address");
        for (String url : member.getPeerURLsList()) {
            try {
                PeerResponse response = transport.ask(url, question(revision), limit);
                last = read(member.getID(), revision, response);
                if (last.answer() != null) {
                    break;
                }
            } catch (IOException e) {
                last = PeerHash.refused(member.getID(), String.valueOf(e.getMessage()));
            }
        }
        return last;
    }

    private List<Member> others() {
        List<Member> others = new ArrayList<>();
        for (Member member : membership.members()) {
            if (member.getID() != memberId) {
                others.add(member);
            }
        }
        return others;
    }

    private PeerRequest question(long revision) {
        return new PeerRequest("GET", PATH, clusterId, "", HashText.question(revision));
    }

    private static PeerHash read(long id, long revision, PeerResponse response) {
        if (!response.isOk()) {
            return PeerHash.refused(
                    id, response.equals(PeerResponse.NONE) ? "no answer" : response.text());
        }
        PeerHash.Answer answer = HashText.parse(response.body(), revision);
        return answer == null
                ? PeerHash.refused(id, "the answer does not parse")
                : new PeerHash(id, answer, "");
    }

    private static List<PeerHash> list(AtomicReferenceArray<PeerHash> answers) {
        List<PeerHash> all = new ArrayList<>(answers.length());
        for (int i = 0; i < answers.length(); i++) {
            all.add(answers.get(i));
        }
        return all;
    }
}
