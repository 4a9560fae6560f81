package dev.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.AlarmRequest;
import dev.quorate.proto.etcdserverpb.AlarmResponse;
import dev.quorate.proto.etcdserverpb.AlarmType;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.Request;
import dev.quorate.proto.raftpb.ConfChange;
import dev.quorate.proto.raftpb.ConfChangeType;
import dev.quorate.proto.raftpb.ConfState;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.store.member.MemberJson;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Members, versions, alarms and quota. */
class ClusterRulesTest {
    private final Fixture fixture = Fixture.opened();
    private final List<Long> given = new ArrayList<>();

    private Outcome change(ConfChangeType type, long id, byte[] context) {
        ConfChange change =
                ConfChange.newBuilder()
                        .setType(type)
                        .setNodeId(id)
                        .setContext(ByteString.copyFrom(context))
                        .build();
        return fixture.machine.applyConfChange(
                fixture.machine.consistentIndex() + 1,
                1,
                change,
                effective -> {
                    given.add(effective.getNodeId());
                    return ConfState.newBuilder().addVoters(id).setAutoLeave(false).build();
                });
    }

    private Outcome add(long id, String url, boolean learner) {
        Member member =
                Member.newBuilder().setID(id).addPeerURLs(url).setIsLearner(learner).build();
        ConfChangeType type =
                learner
                        ? ConfChangeType.ConfChangeAddLearnerNode
                        : ConfChangeType.ConfChangeAddNode;
        return change(type, id, MemberJson.encodeChange(member, false));
    }

    private static void refused(Outcome outcome, EtcdError error) {
        assertThat(outcome).isEqualTo(new Outcome.Refused(error.exception(), false));
    }

    @Test
    void changesAreCheckedAndRefusedOnesReachRaftAsNodeZero() {
        assertThat(add(1, "http://a:1", false)).isInstanceOf(Outcome.Done.class);
        refused(add(1, "http://b:1", false), EtcdError.MEMBER_EXIST);
        refused(add(2, "http://a:1", false), EtcdError.PEER_URL_EXIST);
        assertThat(add(2, "http://b:1", true)).isInstanceOf(Outcome.Done.class);
        refused(add(3, "http://c:1", true), EtcdError.TOO_MANY_LEARNERS);
        byte[] promote = "{\"id\":2,\"peerURLs\":null,\"isPromote\":true}".getBytes();
        assertThat(change(ConfChangeType.ConfChangeAddNode, 2, promote))
                .isInstanceOf(Outcome.Done.class);
        refused(change(ConfChangeType.ConfChangeAddNode, 2, promote), EtcdError.MEMBER_NOT_LEARNER);
        refused(
                change(
                        ConfChangeType.ConfChangeUpdateNode,
                        2,
                        "{\"id\":2,\"peerURLs\":[\"http://a:1\"]}".getBytes()),
                EtcdError.PEER_URL_EXIST);
        assertThat(change(ConfChangeType.ConfChangeRemoveNode, 2, new byte[0]))
                .isInstanceOf(Outcome.Done.class);
        refused(add(2, "http://d:1", false), EtcdError.MEMBER_NOT_FOUND);
        refused(
                change(ConfChangeType.ConfChangeRemoveNode, 9, new byte[0]),
                EtcdError.MEMBER_NOT_FOUND);
        assertThat(given).containsExactly(1L, 0L, 0L, 2L, 0L, 2L, 0L, 0L, 2L, 0L, 0L);
    }

    @Test
    void membershipSurvivesARestartInEtcdsForm() {
        long id = 0x8e9e05c52164694dL;
        add(id, "http://localhost:2380", false);
        fixture.apply(r ->
                r.getClusterMemberAttrSetBuilder()
                        .setMemberID(id)
                        .getMemberAttributesBuilder()
                        .setName("a&b")
                        .addClientUrls("http://localhost:2379"));
        fixture.apply(r -> r.getClusterVersionSetBuilder().setVer("3.7.0"));
        fixture.apply(r -> r.getDowngradeInfoSetBuilder().setEnabled(true).setVer("3.6.0"));
        fixture.machine.setStorageVersion("3.7.0");
        fixture.commit();
        assertThat(fixture.engine.read().get(Bucket.MEMBERS, "8e9e05c52164694d".getBytes()))
                .asString()
                .isEqualTo(
                        "{\"id\":10276657743932975437,\"peerURLs\":[\"http://localhost:2380\"],"
                                + "\"name\":\"a\\u0026b\",\"clientURLs\":[\"http://localhost:2379\"]}");
        assertThat(fixture.engine.read().get(Bucket.META, "confState".getBytes()))
                .asString()
                .isEqualTo("{\"voters\":[10276657743932975437],\"auto_leave\":false}");
        StateMachine again = fixture.crashed().machine;
        assertThat(again.membership().members()).isEqualTo(fixture.machine.membership().members());
        assertThat(again.membership().member(id).getName()).isEqualTo("a&b");
        assertThat(again.membership().clusterVersion()).isEqualTo("3.7.0");
        assertThat(again.membership().storageVersion()).isEqualTo("3.7.0");
        assertThat(again.membership().downgrade().getTargetVersion()).isEqualTo("3.6.0");
        assertThat(again.confState()).isEqualTo(fixture.machine.confState());
    }

    @Test
    void oldMembersPublishThemselvesInTheV2Form() {
        add(0xab, "http://a:1", false);
        Request attributes =
                Request.newBuilder()
                        .setMethod("PUT")
                        .setPath("/0/members/ab/attributes")
                        .setVal("{\"name\":\"old\",\"clientURLs\":[\"http://a:2\"]}")
                        .build();
        long index = fixture.machine.consistentIndex();
        fixture.machine.applyV2(index + 1, 1, attributes);
        fixture.machine.applyV2(
                index + 2,
                1,
                Request.newBuilder()
                        .setMethod("PUT")
                        .setPath("/0/version")
                        .setVal("3.5.0")
                        .build());
        assertThat(fixture.machine.membership().member(0xab).getName()).isEqualTo("old");
        assertThat(fixture.machine.membership().clusterVersion()).isEqualTo("3.5.0");
        assertThat(fixture.machine.membership().isClusterVersionAtLeast(3, 6)).isFalse();
    }

    private Outcome alarm(AlarmRequest.AlarmAction action, AlarmType type) {
        return fixture.apply(
                r -> r.getAlarmBuilder().setAction(action).setMemberID(5).setAlarm(type));
    }

    private Outcome put() {
        return fixture.apply(r -> r.getPutBuilder().setKey(ByteString.copyFromUtf8("k")));
    }

    @Test
    void alarmsRefuseWhatTheyAreAbout() {
        alarm(AlarmRequest.AlarmAction.ACTIVATE, AlarmType.NOSPACE);
        alarm(AlarmRequest.AlarmAction.ACTIVATE, AlarmType.NOSPACE);
        refused(put(), EtcdError.NO_SPACE);
        refused(
                fixture.apply(r -> r.getLeaseGrantBuilder().setID(1).setTTL(5)),
                EtcdError.NO_SPACE);
        assertThat(
                        fixture.apply(r ->
                                r.getDeleteRangeBuilder().setKey(ByteString.copyFromUtf8("k"))))
                .isInstanceOf(Outcome.Done.class);
        fixture.commit();
        assertThat(fixture.crashed().machine.alarms().noSpace()).isTrue();
        alarm(AlarmRequest.AlarmAction.ACTIVATE, AlarmType.CORRUPT);
        refused(put(), EtcdError.CORRUPT);
        refused(
                fixture.apply(r -> r.getRangeBuilder().setKey(ByteString.copyFromUtf8("k"))),
                EtcdError.CORRUPT);
        Outcome all = alarm(AlarmRequest.AlarmAction.GET, AlarmType.NONE);
        assertThat(((AlarmResponse) ((Outcome.Done) all).response()).getAlarmsCount()).isEqualTo(2);
        alarm(AlarmRequest.AlarmAction.DEACTIVATE, AlarmType.CORRUPT);
        alarm(AlarmRequest.AlarmAction.DEACTIVATE, AlarmType.NOSPACE);
        assertThat(put()).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void overQuotaTheRequestIsExecutedAndThenRefused() {
        fixture.quotaBytes = 1000;
        fixture.open();
        ByteString big = ByteString.copyFrom(new byte[2000]);
        Outcome outcome =
                fixture.apply(
                        r -> r.getPutBuilder().setKey(ByteString.copyFromUtf8("k")).setValue(big));
        assertThat(outcome).isEqualTo(new Outcome.Refused(EtcdError.NO_SPACE.exception(), true));
        assertThat(fixture.endBatch().changes()).hasSize(1);
    }

    @Test
    void entriesTheDatabaseHasAreSkippedAndANewStoreStartsAsEtcdsDoes() {
        put();
        fixture.commit();
        Fixture again = fixture.crashed();
        long index = again.machine.consistentIndex();
        assertThat(index).isEqualTo(1);
        Outcome outcome =
                again.machine.apply(
                        index,
                        1,
                        dev.quorate.proto.etcdserverpb.InternalRaftRequest.getDefaultInstance(),
                        true);
        assertThat(outcome).isInstanceOf(Outcome.Skipped.class);
        assertThat(again.engine.read().get(Bucket.AUTH, "authRevision".getBytes()))
                .isEqualTo(new byte[] {0, 0, 0, 0, 0, 0, 0, 1});
        assertThat(again.machine.keyValues().currentRevision()).isEqualTo(2);
    }
}
