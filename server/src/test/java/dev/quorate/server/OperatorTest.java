package dev.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.DowngradeRequest;
import dev.quorate.proto.etcdserverpb.DowngradeRequest.DowngradeAction;
import dev.quorate.proto.etcdserverpb.DowngradeResponse;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.MemberAddRequest;
import dev.quorate.proto.etcdserverpb.MemberAddResponse;
import dev.quorate.proto.etcdserverpb.MemberListRequest;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.etcdserverpb.MemberPromoteRequest;
import dev.quorate.proto.etcdserverpb.MemberRemoveRequest;
import dev.quorate.proto.etcdserverpb.MemberRemoveResponse;
import dev.quorate.proto.etcdserverpb.MemberUpdateRequest;
import dev.quorate.proto.etcdserverpb.MemberUpdateResponse;
import dev.quorate.proto.etcdserverpb.MoveLeaderRequest;
import dev.quorate.proto.etcdserverpb.MoveLeaderResponse;
import dev.quorate.proto.v3electionpb.CampaignRequest;
import dev.quorate.proto.v3electionpb.CampaignResponse;
import dev.quorate.proto.v3electionpb.LeaderRequest;
import dev.quorate.proto.v3electionpb.LeaderResponse;
import dev.quorate.proto.v3lockpb.LockRequest;
import dev.quorate.proto.v3lockpb.LockResponse;
import dev.quorate.proto.v3lockpb.UnlockRequest;
import dev.quorate.server.config.ServerConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators and recipes ask of a member that is alone. */
class OperatorTest {
    private static final long UNKNOWN = 0xabc;

    @TempDir Path directory;
    private RunningMember member;

    @BeforeEach
    void start() throws Exception {
        member =
                new RunningMember(
                        ServerConfig.loopback("one", directory.resolve("data"), 2380, 2379));
    }

    @AfterEach
    void stop() throws Exception {
        member.close();
    }

    @Test
    void aLockIsHeldUntilItIsGivenBack() throws Exception {
        LockResponse first =
                member.call("Lock", LockRequest.newBuilder().setName(text("l")).build());
        assertThat(first.getKey().toStringUtf8()).startsWith("l/");
        assertThat(first.getHeader().getRevision()).isPositive();

        member.call("Unlock", UnlockRequest.newBuilder().setKey(first.getKey()).build());
        LockResponse second =
                member.call("Lock", LockRequest.newBuilder().setName(text("l")).build());
        assertThat(second.getKey()).isNotEqualTo(first.getKey());
    }

    @Test
    void aCampaignMakesALeader() throws Exception {
        assertThatThrownBy(() -> call("Leader", leader()))
                .isInstanceOfSatisfying(
                        StatusException.class,
                        e -> assertThat(e.description()).isEqualTo("election: no leader"));

        CampaignResponse won =
                member.call(
                        "Campaign",
                        CampaignRequest.newBuilder()
                                .setName(text("e"))
                                .setValue(text("v"))
                                .build());
        LeaderResponse leader = member.call("Leader", leader());
        assertThat(leader.getKv().getKey()).isEqualTo(won.getLeader().getKey());
        assertThat(leader.getKv().getValue().toStringUtf8()).isEqualTo("v");
        assertThat(leader.getKv().getCreateRevision()).isEqualTo(won.getLeader().getRev());
    }

    @Test
    void aLearnerComesChangesAndGoes() throws Exception {
        MemberAddResponse added = member.call("MemberAdd", add("http://127.0.0.1:1", true));
        assertThat(added.getMember().getIsLearner()).isTrue();
        assertThat(added.getMember().getPeerURLsList()).containsExactly("http://127.0.0.1:1");
        assertThat(added.getMembersList()).hasSize(2);
        assertThat(added.getHeader().getRevision()).isZero();
        assertThat(added.getHeader().getMemberId()).isEqualTo(member.server().memberId());
        long id = added.getMember().getID();

        assertRefused("MemberAdd", add("http://127.0.0.1:3", true), EtcdError.TOO_MANY_LEARNERS);
        assertRefused("MemberPromote", promote(id), EtcdError.LEARNER_NOT_READY);
        assertRefused("MemberPromote", promote(UNKNOWN), EtcdError.MEMBER_NOT_FOUND);
        assertRefused(
                "MemberPromote", promote(member.server().memberId()), EtcdError.MEMBER_NOT_LEARNER);
        assertRefused(
                "MoveLeader",
                MoveLeaderRequest.newBuilder().setTargetID(id).build(),
                EtcdError.BAD_LEADER_TRANSFEREE);

        MemberUpdateResponse updated =
                member.call("MemberUpdate", update(id, "http://127.0.0.1:2"));
        assertThat(updated.getMembersList())
                .contains(withUrl(added.getMember(), "http://127.0.0.1:2"));
        assertRefused(
                "MemberUpdate", update(UNKNOWN, "http://127.0.0.1:4"), EtcdError.MEMBER_NOT_FOUND);
        assertRefused("MemberUpdate", update(id, "nonsense"), EtcdError.MEMBER_BAD_URLS);
        assertRefused("MemberAdd", add("http://127.0.0.1:2", false), EtcdError.PEER_URL_EXIST);

        MemberRemoveResponse removed = member.call("MemberRemove", remove(id));
        assertThat(ids(removed.getMembersList())).containsExactly(member.server().memberId());
        assertRefused("MemberRemove", remove(id), EtcdError.MEMBER_NOT_FOUND);
    }

    @Test
    void theOnlyVoterMayInviteOneButNotLeave() throws Exception {
        assertRefused(
                "MemberRemove",
                remove(member.server().memberId()),
                EtcdError.MEMBER_NOT_ENOUGH_STARTED);

        MemberAddResponse added = member.call("MemberAdd", add("http://127.0.0.1:1", false));
        assertThat(added.getMember().getIsLearner()).isFalse();
        MemberListResponse list = member.call("MemberList", MemberListRequest.getDefaultInstance());
        assertThat(ids(list.getMembersList()))
                .containsExactlyInAnyOrder(member.server().memberId(), added.getMember().getID());
        assertRefused(
                "MemberAdd", add("http://127.0.0.1:5", false), EtcdError.MEMBER_NOT_ENOUGH_STARTED);
    }

    @Test
    void whoIsLeftCanGoOnAlone() throws Exception {
        MemberAddResponse added = member.call("MemberAdd", add("http://127.0.0.1:1", false));
        assertThat(added.getMembersList()).hasSize(2);
        long self = member.server().memberId();
        member.close();

        ServerConfig config = ServerConfig.loopback("one", directory.resolve("data"), 2380, 2379);
        member =
                new RunningMember(
                        config.withBootstrap(config.bootstrap().withForceNewCluster(true)));
        MemberListResponse list =
                member.call(
                        "MemberList", MemberListRequest.newBuilder().setLinearizable(true).build());
        assertThat(ids(list.getMembersList())).containsExactly(self);

        member.close();
        member = new RunningMember(config);
        assertThat(member.server().memberId()).isEqualTo(self);
    }

    @Test
    void aMemberOfARunningClusterDoesNotFoundItsOwn() {
        ServerConfig config = ServerConfig.loopback("two", directory.resolve("two"), 2390, 2389);
        ServerConfig existing =
                config.withBootstrap(
                        config.bootstrap()
                                .withState(dev.quorate.server.config.Bootstrap.State.EXISTING));
        assertThatThrownBy(() -> new RunningMember(existing))
                .hasMessageContaining("could not retrieve cluster information");
    }

    @Test
    void leadershipMovesOnlyToVoters() throws Exception {
        assertRefused(
                "MoveLeader",
                MoveLeaderRequest.newBuilder().setTargetID(UNKNOWN).build(),
                EtcdError.BAD_LEADER_TRANSFEREE);
        MoveLeaderResponse moved =
                member.call(
                        "MoveLeader",
                        MoveLeaderRequest.newBuilder()
                                .setTargetID(member.server().memberId())
                                .build());
        assertThat(moved.hasHeader()).isFalse();
    }

    @Test
    void aDowngradeGoesOneMinorVersionAndOnlyOnce() throws Exception {
        awaitClusterVersion();
        assertRefused(
                "Downgrade",
                downgrade(DowngradeAction.VALIDATE, "x"),
                EtcdError.WRONG_DOWNGRADE_VERSION_FORMAT);
        assertRefused(
                "Downgrade",
                downgrade(DowngradeAction.VALIDATE, "3.4"),
                EtcdError.INVALID_DOWNGRADE_TARGET_VERSION);
        DowngradeResponse valid =
                member.call("Downgrade", downgrade(DowngradeAction.VALIDATE, "3.6.0"));
        assertThat(valid.getVersion()).isEqualTo("3.7");
        assertThat(valid.getHeader().getRevision()).isEqualTo(1);

        DowngradeResponse enabled =
                member.call("Downgrade", downgrade(DowngradeAction.ENABLE, "3.6"));
        assertThat(enabled.getVersion()).isEqualTo("3.7");
        // A cluster of one follows the downgrade within seconds, and then 3.6 is no step down any
        // more.
        assertThatThrownBy(() -> call("Downgrade", downgrade(DowngradeAction.ENABLE, "3.6")))
                .isIn(
                        EtcdError.DOWNGRADE_IN_PROCESS.exception(),
                        EtcdError.INVALID_DOWNGRADE_TARGET_VERSION.exception());
        call("Downgrade", downgrade(DowngradeAction.CANCEL, ""));
        call("Downgrade", downgrade(DowngradeAction.CANCEL, ""));
        awaitClusterVersion();
        call("Downgrade", downgrade(DowngradeAction.VALIDATE, "3.6"));
    }

    private void awaitClusterVersion() {
        Eventually.holds(
                () -> member.server().services().versions().cluster().equals(Versions.CLUSTER));
    }

    private void call(String method, MessageLite request) throws Exception {
        member.<MessageLite>call(method, request);
    }

    private void assertRefused(String method, MessageLite request, EtcdError error) {
        assertThatThrownBy(() -> call(method, request)).isSameAs(error.exception());
    }

    private static List<Long> ids(List<Member> members) {
        return members.stream().map(Member::getID).toList();
    }

    private static Member withUrl(Member member, String url) {
        return member.toBuilder().clearPeerURLs().addPeerURLs(url).build();
    }

    private static LeaderRequest leader() {
        return LeaderRequest.newBuilder().setName(text("e")).build();
    }

    private static MemberAddRequest add(String url, boolean learner) {
        return MemberAddRequest.newBuilder().addPeerURLs(url).setIsLearner(learner).build();
    }

    private static MemberRemoveRequest remove(long id) {
        return MemberRemoveRequest.newBuilder().setID(id).build();
    }

    private static MemberUpdateRequest update(long id, String url) {
        return MemberUpdateRequest.newBuilder().setID(id).addPeerURLs(url).build();
    }

    private static MemberPromoteRequest promote(long id) {
        return MemberPromoteRequest.newBuilder().setID(id).build();
    }

    private static DowngradeRequest downgrade(DowngradeAction action, String version) {
        return DowngradeRequest.newBuilder().setAction(action).setVersion(version).build();
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
