package dev.quorate.server.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.raft.message.Message;
import dev.quorate.server.Transport;
import dev.quorate.server.config.Bootstrap;
import dev.quorate.server.config.ServerConfig;
import dev.quorate.server.config.Url;
import dev.quorate.server.peer.PeerRequest;
import dev.quorate.server.peer.PeerResponse;
import dev.quorate.store.member.MemberJson;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whom a member that joins believes, and what it refuses in etcd's words. */
class JoiningTest {
    private static final int A = 7001;
    private static final int B = 7002;
    private static final int C = 7003;
    private static final int OWN = 7004;

    /** The one that had this member's address before, and was removed. */
    private static final Member REMOVED = member(0xdead, OWN);

    private static final Member SELF = member(0xbeef, OWN);
    private static final Member ONE = member(1, A);
    private static final Member TWO = member(2, B);
    private static final Member THREE = member(3, C);

    private final Others others = new Others();

    @Test
    void theMostAdvancedIsBelieved() throws Exception {
        others.answers(A, 90, ONE, TWO, THREE, REMOVED);
        others.answers(B, 120, ONE, TWO, THREE, SELF);
        others.answers(C, 100, ONE, TWO, THREE, REMOVED);
        Joining.Place place = place(A, B, C);
        assertThat(place.memberId()).isEqualTo(SELF.getID());
        assertThat(place.clusterId()).isEqualTo(0xc1);
        assertThat(place.known()).hasSize(4);
    }

    @Test
    void withoutIndexesAsFromEtcdTheListThatMostGive() throws Exception {
        others.answers(A, 0, ONE, TWO, THREE, REMOVED);
        others.answers(B, 0, ONE, TWO, THREE, SELF);
        others.answers(C, 70, ONE, TWO, THREE, SELF);
        assertThat(place(A, B, C).memberId()).isEqualTo(SELF.getID());
    }

    @Test
    void whoDoesNotAnswerIsLeftOutAndNotWaitedForLong() throws Exception {
        others.answers(B, 120, ONE, TWO, THREE, SELF);
        assertThat(place(A, B, C).memberId()).isEqualTo(SELF.getID());
        assertThat(others.limits)
                .as("once somebody answered")
                .last()
                .satisfies(limit -> assertThat(limit).isLessThanOrEqualTo(Duration.ofSeconds(1)));
    }

    @Test
    void nobodyAnswers() {
        assertThatThrownBy(() -> place(A, B))
                .isInstanceOf(StartException.class)
                .hasMessage(
                        "cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs");
    }

    @Test
    void theListsMustBeTheSame() {
        others.answers(A, 0, ONE, TWO, SELF);
        assertThatThrownBy(() -> place(A))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("error validating peerURLs {ClusterID:c1 Members:[&{ID:1 ")
                .hasMessageEndingWith("RemovedMemberIDs:[]}: member count is unequal");
        others.answers(A, 0, ONE, member(9, 7009));
        assertThatThrownBy(() -> place(A))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("unmatched member while checking PeerURLs");
    }

    @Test
    void theVersionOfTheClusterMustBeKnownAndNotBeyondThisMembers() {
        others.answers(A, 0, ONE, SELF);
        for (String version : List.of("3.8.0", "2.3.0", "4.0.0", "not_decided")) {
            others.cluster = version;
            assertThatThrownBy(() -> place(A))
                    .as(version)
                    .isInstanceOf(StartException.class)
                    .hasMessage("incompatible with current running cluster");
        }
    }

    @Test
    void moreLearnersThanItAllows() {
        Member learner = ONE.toBuilder().setIsLearner(true).build();
        others.answers(B, 0, TWO, learner, SELF.toBuilder().setIsLearner(true).build());
        assertThatThrownBy(() -> place(A, B))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("max learners config is too small");
    }

    /** Starts with the own address and those of the others. */
    private Joining.Place place(int... ports) throws StartException {
        List<Bootstrap.Member> cluster = new ArrayList<>();
        for (int port : ports) {
            cluster.add(new Bootstrap.Member("m" + port, List.of(Url.loopback(port))));
        }
        cluster.add(new Bootstrap.Member("own", List.of(Url.loopback(OWN))));
        ServerConfig config =
                ServerConfig.loopback("own", Path.of("/own"), OWN, OWN + 100)
                        .withBootstrap(Bootstrap.of(cluster));
        return new Joining(config, others, url -> url).place();
    }

    private static Member member(long id, int port) {
        return Member.newBuilder()
                .setID(id)
                .setName("m" + port)
                .addPeerURLs("http://127.0.0.1:" + port)
                .build();
    }

    /** What is at the addresses. */
    private static final class Others implements Transport {
        final Map<String, PeerResponse> lists = new TreeMap<>();
        final List<Duration> limits = new ArrayList<>();
        String cluster = "3.7.0";

        void answers(int port, long appliedIndex, Member... members) {
            String json =
                    Stream.of(members)
                            .map(member -> new String(MemberJson.encode(member), UTF_8))
                            .collect(Collectors.joining(",", "[", "]"));
            lists.put(
                    "http://127.0.0.1:" + port,
                    PeerResponse.ok(PeerResponse.JSON, json.getBytes(UTF_8))
                            .withClusterId("c1")
                            .withAppliedIndex(appliedIndex));
        }

        @Override
        public void send(List<Message> messages) {
            throw new UnsupportedOperationException("there is nobody who could");
        }

        @Override
        public PeerResponse ask(String url, PeerRequest request, Duration limit)
                throws IOException {
            PeerResponse list = lists.get(url);
            if (request.path().equals("/members")) {
                limits.add(limit);
            }
            if (list == null) {
                throw new IOException("connection refused");
            }
            return request.path().equals("/members")
                    ? list
                    : PeerResponse.ok(
                            PeerResponse.JSON,
                            ("{\"etcdserver\":\"3.7.1\",\"etcdcluster\":\"" + cluster + "\"}")
                                    .getBytes(UTF_8));
        }
    }
}
