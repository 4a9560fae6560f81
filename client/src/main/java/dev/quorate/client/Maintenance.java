package dev.quorate.client;

import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.Method;
import dev.quorate.client.rpc.StreamCall;
import dev.quorate.proto.etcdserverpb.AlarmMember;
import dev.quorate.proto.etcdserverpb.AlarmRequest;
import dev.quorate.proto.etcdserverpb.AlarmResponse;
import dev.quorate.proto.etcdserverpb.DefragmentRequest;
import dev.quorate.proto.etcdserverpb.DefragmentResponse;
import dev.quorate.proto.etcdserverpb.DowngradeRequest;
import dev.quorate.proto.etcdserverpb.DowngradeResponse;
import dev.quorate.proto.etcdserverpb.HashKVRequest;
import dev.quorate.proto.etcdserverpb.HashKVResponse;
import dev.quorate.proto.etcdserverpb.HashRequest;
import dev.quorate.proto.etcdserverpb.HashResponse;
import dev.quorate.proto.etcdserverpb.MoveLeaderRequest;
import dev.quorate.proto.etcdserverpb.MoveLeaderResponse;
import dev.quorate.proto.etcdserverpb.SnapshotRequest;
import dev.quorate.proto.etcdserverpb.SnapshotResponse;
import dev.quorate.proto.etcdserverpb.StatusRequest;
import dev.quorate.proto.etcdserverpb.StatusResponse;
import java.time.Duration;

/**
 * The care of members. Most questions are about the member that answers: ask through {@link Client#at} with one endpoint.
 */
public final class Maintenance {
    private static final String PATH = "/etcdserverpb.Maintenance/";
    private static final Method<AlarmRequest, AlarmResponse> ALARM =
            new Method<>(PATH + "Alarm", AlarmResponse.parser(), true);
    private static final Method<StatusRequest, StatusResponse> STATUS =
            new Method<>(PATH + "Status", StatusResponse.parser(), true);
    private static final Method<DefragmentRequest, DefragmentResponse> DEFRAGMENT =
            new Method<>(PATH + "Defragment", DefragmentResponse.parser(), false);
    private static final Method<HashRequest, HashResponse> HASH =
            new Method<>(PATH + "Hash", HashResponse.parser(), true);
    private static final Method<HashKVRequest, HashKVResponse> HASH_KV =
            new Method<>(PATH + "HashKV", HashKVResponse.parser(), true);
    private static final Method<MoveLeaderRequest, MoveLeaderResponse> MOVE_LEADER =
            new Method<>(PATH + "MoveLeader", MoveLeaderResponse.parser(), true);
    private static final Method<DowngradeRequest, DowngradeResponse> DOWNGRADE =
            new Method<>(PATH + "Downgrade", DowngradeResponse.parser(), false);

    private static final Method<SnapshotRequest, SnapshotResponse> SNAPSHOT =
            new Method<>(PATH + "Snapshot", SnapshotResponse.parser(), true);

    private final Stub stub;

    Maintenance(Stub stub) {
        this.stub = stub;
    }

    /** The same, with another time limit for each request; zero for none. */
    public Maintenance within(Duration timeout) {
        return new Maintenance(stub.within(timeout));
    }

    /** Lists, raises or lowers alarms. */
    public AlarmResponse alarm(AlarmRequest request) {
        return stub.call(ALARM, request);
    }

    /** How the member that is asked is: version, sizes, leader, term, index, alarms. */
    public StatusResponse status(StatusRequest request) {
        return stub.call(STATUS, request);
    }

    /** Lets the member that is asked give back room in its database. */
    public DefragmentResponse defragment(DefragmentRequest request) {
        return stub.call(DEFRAGMENT, request);
    }

    /** A hash of the whole database; for tests. */
    public HashResponse hash(HashRequest request) {
        return stub.call(HASH, request);
    }

    /** A hash of the history up to a revision, comparable between members. */
    public HashKVResponse hashKv(HashKVRequest request) {
        return stub.call(HASH_KV, request);
    }

    /** Asks the leader to hand over to another member. */
    public MoveLeaderResponse moveLeader(MoveLeaderRequest request) {
        return stub.call(MOVE_LEADER, request);
    }

    /** Checks, starts or cancels a downgrade of the cluster. */
    public DowngradeResponse downgrade(DowngradeRequest request) {
        return stub.call(DOWNGRADE, request);
    }

    /**
     * Lowers every alarm that there is, one request for each, as etcd's client does.
     *
     * @return what was lowered
     */
    public AlarmResponse disarmAll() {
        AlarmResponse.Builder lowered = AlarmResponse.newBuilder();
        for (AlarmMember alarm : alarm(AlarmRequest.getDefaultInstance()).getAlarmsList()) {
            AlarmResponse one =
                    alarm(
                            AlarmRequest.newBuilder()
                                    .setAction(AlarmRequest.AlarmAction.DEACTIVATE)
                                    .setMemberID(alarm.getMemberID())
                                    .setAlarm(alarm.getAlarm())
                                    .build());
            lowered.addAllAlarms(one.getAlarmsList());
        }
        return lowered.build();
    }

    /**
     * The database of a member, in pieces; the last 32 octets are the SHA-256 of all before. Close the stream.
     *
     * @param deadline when the whole of it must have come
     */
    public StreamCall<SnapshotRequest, SnapshotResponse> snapshot(Deadline deadline) {
        return stub.channel()
                .serverStream(SNAPSHOT, SnapshotRequest.getDefaultInstance(), deadline);
    }
}
