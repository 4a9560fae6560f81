package dev.quorate.client;

import dev.quorate.client.rpc.Method;
import dev.quorate.proto.etcdserverpb.MemberAddRequest;
import dev.quorate.proto.etcdserverpb.MemberAddResponse;
import dev.quorate.proto.etcdserverpb.MemberListRequest;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.etcdserverpb.MemberPromoteRequest;
import dev.quorate.proto.etcdserverpb.MemberPromoteResponse;
import dev.quorate.proto.etcdserverpb.MemberRemoveRequest;
import dev.quorate.proto.etcdserverpb.MemberRemoveResponse;
import dev.quorate.proto.etcdserverpb.MemberUpdateRequest;
import dev.quorate.proto.etcdserverpb.MemberUpdateResponse;
import java.time.Duration;

/** The members of the cluster. Only the list is asked for again where a member could not answer. */
public final class Cluster {
    private static final String PATH = "/etcdserverpb.Cluster/";
    private static final Method<MemberAddRequest, MemberAddResponse> ADD =
            new Method<>(PATH + "MemberAdd", MemberAddResponse.parser(), false);
    private static final Method<MemberRemoveRequest, MemberRemoveResponse> REMOVE =
            new Method<>(PATH + "MemberRemove", MemberRemoveResponse.parser(), false);
    private static final Method<MemberUpdateRequest, MemberUpdateResponse> UPDATE =
            new Method<>(PATH + "MemberUpdate", MemberUpdateResponse.parser(), false);
    private static final Method<MemberListRequest, MemberListResponse> LIST =
            new Method<>(PATH + "MemberList", MemberListResponse.parser(), true);
    private static final Method<MemberPromoteRequest, MemberPromoteResponse> PROMOTE =
            new Method<>(PATH + "MemberPromote", MemberPromoteResponse.parser(), false);

    private final Stub stub;

    Cluster(Stub stub) {
        this.stub = stub;
    }

    /** The same, with another time limit for each request; zero for none. */
    public Cluster within(Duration timeout) {
        return new Cluster(stub.within(timeout));
    }

    /** Adds a member, which is then to be started. */
    public MemberAddResponse add(MemberAddRequest request) {
        return stub.call(ADD, request);
    }

    /** Removes a member. Refused where those left could not agree on anything. */
    public MemberRemoveResponse remove(MemberRemoveRequest request) {
        return stub.call(REMOVE, request);
    }

    /** Changes the peer URLs of a member. */
    public MemberUpdateResponse update(MemberUpdateRequest request) {
        return stub.call(UPDATE, request);
    }

    /** The members, as the cluster agrees on them or, not linearizable, as the member that is asked knows them. */
    public MemberListResponse list(MemberListRequest request) {
        return stub.call(LIST, request);
    }

    /** Makes a learner a voter. */
    public MemberPromoteResponse promote(MemberPromoteRequest request) {
        return stub.call(PROMOTE, request);
    }
}
