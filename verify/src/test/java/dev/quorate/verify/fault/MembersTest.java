package dev.quorate.verify.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.verify.fault.Gateway.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a cluster of processes: it loses its leader, members lag, come and go, and nothing acknowledged is lost. */
class MembersTest {
    private static final List<String> THREE = List.of("a", "b", "c");

    @TempDir Path home;

    @Test
    void clusterOutlivesItsLeader() throws Exception {
        try (Members members = Members.start(home, THREE)) {
            for (String name : THREE) {
                members.call(name, gateway -> gateway.put("k-" + name, name));
            }
            for (String name : THREE) {
                assertThat(members.call(name, gateway -> gateway.range("k", "l")).found())
                        .hasSize(3);
            }
            String leader = members.leader();
            members.victim(leader).kill();
            String other = members.names().getFirst();
            members.callPatiently(other, gateway -> gateway.put("k-after", "x"));
            String next = members.leader();
            assertThat(next).isNotEqualTo(leader);
            members.restart(leader);
            members.awaitReadable(leader);
            Gateway.Answer all = members.call(leader, gateway -> gateway.range("k", "l"));
            assertThat(all.found()).hasSize(4);
            members.awaitSameKeys(all.revision());

            // A member without a majority answers nothing that might be old, and accepts nothing.
            members.victim(next).kill();
            members.victim(members.names().getFirst()).kill();
            String alone = members.names().getFirst();
            assertThatThrownBy(() -> members.call(alone, gateway -> gateway.put("k-lost", "x")))
                    .isInstanceOf(RefusedException.class)
                    // The second once the member has been without a leader for long.
                    .message()
                    .containsAnyOf("etcdserver: request timed out", "etcdserver: no leader");
            assertThat(
                            members.post(
                                    alone,
                                    "/v3/kv/range",
                                    "{\"key\":\"az1h\",\"serializable\":true}"))
                    .contains("revision");
        }
    }

    @Test
    void memberFarBehindCatchesUpBySnapshot() throws Exception {
        try (Members members =
                Members.start(
                        home, THREE, "--snapshot-count=100", "--snapshot-catchup-entries=20")) {
            String late =
                    members.names().stream().filter(isNot(members.leader())).findFirst().get();
            members.callPatiently(late, gateway -> gateway.put("k-before", "x"));
            members.victim(late).kill();
            String leader = members.leader();
            members.post(leader, "/v3/lease/grant", "{\"ID\":\"77\",\"TTL\":\"600\"}");
            members.call(
                    leader,
                    gateway -> {
                        for (int i = 0; i < 400; i++) {
                            gateway.put("k" + i % 50, "v" + i);
                        }
                        return true;
                    });
            members.restart(late);
            members.awaitReadable(late);
            Gateway.Answer there = members.call(late, gateway -> gateway.range("k", "l"));
            assertThat(there.found()).hasSize(51);
            members.awaitSameKeys(there.revision());
            assertThat(members.victim(late).log()).contains("applied snapshot");
            assertThat(members.post(late, "/v3/lease/leases", "{}")).contains("77");

            // It was taken over for good: the log behind it is enough after a kill.
            members.victim(late).kill();
            members.restart(late);
            members.awaitReadable(late);
            members.callPatiently(late, gateway -> gateway.put("k-again", "x"));
            members.awaitSameKeys(there.revision() + 1);
        }
    }

    @Test
    void membersComeAndGo() throws Exception {
        try (Members members = Members.start(home, List.of("a"))) {
            members.call("a", gateway -> gateway.put("k", "v"));
            assertThat(
                            members.post(
                                    "a",
                                    "/v3/cluster/member/add",
                                    "{\"peerURLs\":[\"" + members.peerUrl("b") + "\"]}"))
                    .contains(members.peerUrl("b"));
            members.join("b");
            members.awaitReadable("b");
            // Who has not been connected for five seconds does not count yet.
            members.await(
                    () ->
                            members.post(
                                            "a",
                                            "/v3/cluster/member/add",
                                            "{\"peerURLs\":[\""
                                                    + members.peerUrl("c")
                                                    + "\"],\"isLearner\":true}")
                                    .contains("isLearner"),
                    "place for a learner");
            members.join("c");
            members.victim("c").serving();
            members.await(
                    () -> members.post("a", "/v3/cluster/member/list", "{}").contains("\"c\""),
                    "learner that has told its name");
            String learner = id(members, "c");
            String follower = members.leader().equals("a") ? "b" : "a";
            // Only the leader knows how far the learner is, so it is asked by the follower.
            members.await(
                    () ->
                            members.post(
                                            follower,
                                            "/v3/cluster/member/promote",
                                            "{\"ID\":\"" + learner + "\"}")
                                    .contains(learner),
                    "promotion");
            members.awaitReadable("c");
            long revision = members.callPatiently("c", gateway -> gateway.put("k-c", "v"));
            members.awaitSameKeys(revision);

            String leaving = members.leader();
            String staying = members.names().stream().filter(isNot(leaving)).findFirst().get();
            String gone = id(members, leaving);
            members.await(
                    () ->
                            !members.post(
                                            staying,
                                            "/v3/cluster/member/remove",
                                            "{\"ID\":\"" + gone + "\"}")
                                    .contains(gone + "\",\"name"),
                    "removal of the leader");
            members.victim(leaving).awaitExit();
            assertThat(members.victim(leaving).log())
                    .contains("the member has been permanently removed from the cluster");
            members.callPatiently(staying, gateway -> gateway.put("k-left", "v"));
            assertThat(members.names()).hasSize(2).doesNotContain(leaving);
        }
    }

    /** A learner serves no status by itself that a client could not have of another member. */
    private static String id(Members members, String name) throws Exception {
        String list = members.post(members.names().getFirst(), "/v3/cluster/member/list", "{}");
        Matcher matcher =
                Pattern.compile("\\{\"ID\":\"(\\d+)\",\"name\":\"" + name + "\"").matcher(list);
        assertThat(matcher.find()).as(list).isTrue();
        return matcher.group(1);
    }

    private static java.util.function.Predicate<String> isNot(String name) {
        return other -> !other.equals(name);
    }
}
