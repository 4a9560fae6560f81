package dev.quorate.verify.conform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.etcdserverpb.HashKVRequest;
import dev.quorate.proto.etcdserverpb.HashKVResponse;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeRequest;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members of ours and of real etcd in one cluster, either kind being the majority, and a lone member that loses its power. */
@Tag("interop")
final class ClusterTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Toolchain.Origin ETCD = Toolchain.Origin.ETCD_37;

    @TempDir Path temp;

    @Test
    void membersOfBothKindsHoldTheSameHistory() throws InterruptedException {
        List<Member> members = mixed();
        try {
            for (int i = 0; i < 120; i++) {
                put(members.get(i % 3), "k" + i % 40, "v" + i);
            }
            assertSameHistory(members);
        } finally {
            members.forEach(Member::close);
        }
    }

    @Test
    void membersOfBothKindsHoldTheSameHistoryWhenMostAreOurs()
            throws IOException, InterruptedException {
        Toolchain.Origin ours = Toolchain.target();
        List<Member> members = Member.startCluster(List.of(ETCD, ours, ours), temp);
        try {
            for (Member leader : members) {
                lead(members, leader);
                for (int i = 0; i < 60; i++) {
                    put(members.get(i % 3), "k" + i % 40, "v" + i);
                }
                assertSameHistory(members);
            }
        } finally {
            members.forEach(Member::close);
        }
    }

    @Test
    void killedMemberCatchesUpFromTheLog() throws InterruptedException {
        List<Member> members = mixed();
        try {
            Member ours = members.get(2);
            put(ours, "before", "x");
            ours.kill();
            for (int i = 0; i < 100; i++) {
                put(members.getFirst(), "k" + i, "v");
            }
            ours.restart();
            put(ours, "after", "x");
            assertSameHistory(members);
        } finally {
            members.forEach(Member::close);
        }
    }

    @Test
    void killedMemberCatchesUpFromSnapshot() throws InterruptedException {
        List<Member> members = mixed("--snapshot-count=100", "--snapshot-catchup-entries=50");
        try {
            Member ours = members.get(2);
            put(ours, "before", "x");
            ours.kill();
            for (int i = 0; i < 1_000; i++) {
                put(members.getFirst(), "k" + i % 100, "v" + i);
            }
            ours.restart();
            put(ours, "after", "x");
            assertSameHistory(members);
        } finally {
            members.forEach(Member::close);
        }
    }

    @Test
    void bringsOthersUpToDateAsLeader() throws IOException, InterruptedException {
        List<Member> members = mixed("--snapshot-count=100", "--snapshot-catchup-entries=50");
        try {
            Member ours = members.get(2);
            lead(members, ours);
            members.getFirst().kill();
            for (int i = 0; i < 1_000; i++) {
                put(ours, "k" + i % 100, "v" + i);
            }
            members.getFirst().restart();
            put(members.getFirst(), "after", "x");
            assertSameHistory(members);
        } finally {
            members.forEach(Member::close);
        }
    }

    @Test
    void writesGoOnWithoutTheLeader() throws IOException, InterruptedException {
        List<Member> members = mixed();
        try {
            Member ours = members.get(2);
            lead(members, ours);
            put(ours, "a", "1");
            ours.kill();
            Deadline.require(
                    LIMIT,
                    () -> tryPut(members.getFirst(), "b", "2"),
                    () -> "a put after failover");
            ours.restart();
            assertThat(value(ours, "b")).isEqualTo("2");
            assertSameHistory(members);
        } finally {
            members.forEach(Member::close);
        }
    }

    @Test
    void acknowledgedPutsSurviveKill() throws InterruptedException {
        try (Member member = Member.start(Toolchain.target(), temp.resolve("lone"))) {
            for (int round = 0; round < 3; round++) {
                try (Rpc rpc = new Rpc(member.endpoint())) {
                    for (int i = 0; i < 300; i++) {
                        put(rpc, "k" + round + "-" + i, "v");
                    }
                }
                member.kill();
                member.restart();
                try (Rpc rpc = new Rpc(member.endpoint())) {
                    RangeResponse all = (RangeResponse) rpc.call(prefix("k"));
                    assertThat(all.getCount()).isEqualTo(300L * (round + 1));
                    assertThat(all.getHeader().getRevision()).isEqualTo(1 + all.getCount());
                }
            }
        }
    }

    /** Two members of real etcd, then the target. */
    private List<Member> mixed(String... flags) {
        return Member.startCluster(List.of(ETCD, ETCD, Toolchain.target()), temp, flags);
    }

    private void lead(List<Member> members, Member leader)
            throws IOException, InterruptedException {
        Shell shell = new Shell(temp, Map.of());
        String ctl = Toolchain.program(ETCD, "etcdctl").toString();
        String endpoints = String.join(",", members.stream().map(Member::endpoint).toList());
        Outcome moved =
                shell.run(
                        ctl
                                + " --endpoints="
                                + endpoints
                                + " move-leader $("
                                + ctl
                                + " --endpoints="
                                + endpoints
                                + " member list | grep "
                                + leader.endpoint()
                                + " | cut -d, -f1)");
        assertThat(moved.stdout() + moved.stderr())
                .containsAnyOf("Leadership transferred", "already leader", "no leader transfer");
        Deadline.require(
                LIMIT,
                () -> leader.get("/metrics").contains("etcd_server_is_leader 1"),
                () -> "leadership of " + leader.origin() + moved);
    }

    private static void assertSameHistory(List<Member> members) throws InterruptedException {
        long revision = 0;
        for (Member member : members) {
            try (Rpc rpc = new Rpc(member.endpoint())) {
                RangeResponse linearizable = (RangeResponse) rpc.call(prefix("k"));
                revision = Math.max(revision, linearizable.getHeader().getRevision());
            }
        }
        HashKVResponse first = hash(members.getFirst(), revision);
        for (Member member : members) {
            HashKVResponse hash = hash(member, revision);
            assertThat(hash.getHash()).as("%s", member.origin()).isEqualTo(first.getHash());
            assertThat(hash.getHashRevision()).isEqualTo(first.getHashRevision());
        }
    }

    private static HashKVResponse hash(Member member, long revision) throws InterruptedException {
        try (Rpc rpc = new Rpc(member.endpoint())) {
            HashKVRequest request = HashKVRequest.newBuilder().setRevision(revision).build();
            Deadline.require(
                    LIMIT,
                    () -> rpc.call(request) instanceof HashKVResponse,
                    () -> member.origin() + " hash at " + revision + ": " + rpc.call(request));
            return (HashKVResponse) rpc.call(request);
        }
    }

    private static RangeRequest prefix(String prefix) {
        char last = (char) (prefix.charAt(prefix.length() - 1) + 1);
        return RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(prefix))
                .setRangeEnd(
                        ByteString.copyFromUtf8(prefix.substring(0, prefix.length() - 1) + last))
                .setCountOnly(true)
                .build();
    }

    private static String value(Member member, String key) {
        try (Rpc rpc = new Rpc(member.endpoint())) {
            RangeRequest get =
                    RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
            RangeResponse answer = (RangeResponse) rpc.call(get);
            return answer.getKvs(0).getValue().toStringUtf8();
        }
    }

    /** Puts until it is answered: while a leader is being elected, requests time out. */
    private static void put(Member member, String key, String value) throws InterruptedException {
        Deadline.require(LIMIT, () -> tryPut(member, key, value), () -> "put of " + key);
    }

    private static boolean tryPut(Member member, String key, String value) {
        try (Rpc rpc = new Rpc(member.endpoint())) {
            return rpc.call(request(key, value)) instanceof PutResponse;
        }
    }

    private static void put(Rpc rpc, String key, String value) {
        assertThat(rpc.call(request(key, value))).isInstanceOf(PutResponse.class);
    }

    private static PutRequest request(String key, String value) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }
}
