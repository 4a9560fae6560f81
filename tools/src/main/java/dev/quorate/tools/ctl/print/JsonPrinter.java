package dev.quorate.tools.ctl.print;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.quorate.proto.authpb.Permission;
import dev.quorate.proto.etcdserverpb.AlarmMember;
import dev.quorate.proto.etcdserverpb.AlarmResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleAddResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleDeleteResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleGetResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleGrantPermissionResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleListResponse;
import dev.quorate.proto.etcdserverpb.AuthRoleRevokePermissionResponse;
import dev.quorate.proto.etcdserverpb.AuthStatusResponse;
import dev.quorate.proto.etcdserverpb.AuthUserAddResponse;
import dev.quorate.proto.etcdserverpb.AuthUserChangePasswordResponse;
import dev.quorate.proto.etcdserverpb.AuthUserDeleteResponse;
import dev.quorate.proto.etcdserverpb.AuthUserGetResponse;
import dev.quorate.proto.etcdserverpb.AuthUserGrantRoleResponse;
import dev.quorate.proto.etcdserverpb.AuthUserListResponse;
import dev.quorate.proto.etcdserverpb.AuthUserRevokeRoleResponse;
import dev.quorate.proto.etcdserverpb.DeleteRangeResponse;
import dev.quorate.proto.etcdserverpb.DowngradeResponse;
import dev.quorate.proto.etcdserverpb.HashKVResponse;
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.proto.etcdserverpb.LeaseRevokeResponse;
import dev.quorate.proto.etcdserverpb.LeaseStatus;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveResponse;
import dev.quorate.proto.etcdserverpb.Member;
import dev.quorate.proto.etcdserverpb.MemberAddResponse;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.etcdserverpb.MemberPromoteResponse;
import dev.quorate.proto.etcdserverpb.MemberRemoveResponse;
import dev.quorate.proto.etcdserverpb.MemberUpdateResponse;
import dev.quorate.proto.etcdserverpb.MoveLeaderResponse;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.ResponseOp;
import dev.quorate.proto.etcdserverpb.StatusResponse;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import dev.quorate.proto.mvccpb.Event;
import dev.quorate.proto.mvccpb.KeyValue;
import java.util.List;

/** One line of JSON per answer, with the names and the order of etcdctl. Ids are numbers; {@code --hex} turns those of members into texts. */
final class JsonPrinter extends Printer {
    private final boolean hex;

    JsonPrinter(Sink out, boolean hex) {
        super(out, "json");
        this.hex = hex;
    }

    private void write(Json json) {
        out.line(json.toString());
    }

    @Override
    void other(MessageLite answer) {
        throw new IllegalStateException("no JSON for " + answer.getClass());
    }

    private static Json header(Json json, boolean present, ResponseHeader header) {
        if (present) {
            json.name("header").begin();
            headerFields(json, header).end();
        }
        return json;
    }

    private static Json headerFields(Json json, ResponseHeader header) {
        return json.unsigned("cluster_id", header.getClusterId())
                .unsigned("member_id", header.getMemberId())
                .number("revision", header.getRevision())
                .unsigned("raft_term", header.getRaftTerm());
    }

    private static Json open(boolean present, ResponseHeader header) {
        return header(new Json().begin(), present, header);
    }

    private void headerOnly(boolean present, ResponseHeader header) {
        write(open(present, header).end());
    }

    private static Json pair(Json json, KeyValue kv) {
        return json.begin()
                .octets("key", kv.getKey())
                .number("create_revision", kv.getCreateRevision())
                .number("mod_revision", kv.getModRevision())
                .number("version", kv.getVersion())
                .octets("value", kv.getValue())
                .number("lease", kv.getLease())
                .end();
    }

    private static Json pairs(Json json, String name, List<KeyValue> pairs) {
        if (!pairs.isEmpty()) {
            json.name(name).beginList();
            for (KeyValue kv : pairs) {
                pair(json.next(), kv);
            }
            json.endList();
        }
        return json;
    }

    private static Json putFields(Json json, PutResponse answer) {
        header(json, answer.hasHeader(), answer.getHeader());
        if (answer.hasPrevKv()) {
            pair(json.name("prev_kv"), answer.getPrevKv());
        }
        return json;
    }

    private static Json rangeFields(Json json, RangeResponse answer) {
        header(json, answer.hasHeader(), answer.getHeader());
        return pairs(json, "kvs", answer.getKvsList())
                .bool("more", answer.getMore())
                .number("count", answer.getCount());
    }

    private static Json deleteFields(Json json, DeleteRangeResponse answer) {
        header(json, answer.hasHeader(), answer.getHeader());
        json.number("deleted", answer.getDeleted());
        return pairs(json, "prev_kvs", answer.getPrevKvsList());
    }

    private static Json txnFields(Json json, TxnResponse answer) {
        header(json, answer.hasHeader(), answer.getHeader());
        json.bool("succeeded", answer.getSucceeded());
        if (answer.getResponsesCount() > 0) {
            json.name("responses").beginList();
            for (ResponseOp op : answer.getResponsesList()) {
                json.next().begin().name("Response");
                operation(json, op);
                json.end();
            }
            json.endList();
        }
        return json;
    }

    private static void operation(Json json, ResponseOp op) {
        switch (op.getResponseCase()) {
            case RESPONSE_RANGE ->
                    rangeFields(json.begin().name("response_range").begin(), op.getResponseRange())
                            .end()
                            .end();
            case RESPONSE_PUT ->
                    putFields(json.begin().name("response_put").begin(), op.getResponsePut())
                            .end()
                            .end();
            case RESPONSE_DELETE_RANGE ->
                    deleteFields(
                                    json.begin().name("response_delete_range").begin(),
                                    op.getResponseDeleteRange())
                            .end()
                            .end();
            case RESPONSE_TXN ->
                    txnFields(json.begin().name("response_txn").begin(), op.getResponseTxn())
                            .end()
                            .end();
            case RESPONSE_NOT_SET -> json.raw("null");
        }
    }

    @Override
    public void put(PutResponse answer) {
        write(putFields(new Json().begin(), answer).end());
    }

    @Override
    public void get(RangeResponse answer) {
        write(rangeFields(new Json().begin(), answer).end());
    }

    @Override
    public void del(DeleteRangeResponse answer) {
        write(deleteFields(new Json().begin(), answer).end());
    }

    @Override
    public void txn(TxnResponse answer) {
        write(txnFields(new Json().begin(), answer).end());
    }

    @Override
    public void watch(WatchResponse answer) {
        Json json = new Json().begin().name("Header").begin();
        headerFields(json, answer.getHeader()).end().name("Events");
        if (answer.getEventsCount() == 0) {
            json.raw("null");
        } else {
            json.beginList();
            for (Event event : answer.getEventsList()) {
                json.next().begin().number("type", event.getTypeValue());
                if (event.hasKv()) {
                    pair(json.name("kv"), event.getKv());
                }
                if (event.hasPrevKv()) {
                    pair(json.name("prev_kv"), event.getPrevKv());
                }
                json.end();
            }
            json.endList();
        }
        write(
                json.always("CompactRevision", answer.getCompactRevision())
                        .alwaysBool("Canceled", answer.getCanceled())
                        .alwaysBool("Created", answer.getCreated())
                        .alwaysText("CancelReason", answer.getCancelReason())
                        .end());
    }

    @Override
    public void leaseGrant(LeaseGrantResponse answer) {
        write(
                headerFields(new Json().begin(), answer.getHeader())
                        .always("ID", answer.getID())
                        .always("TTL", answer.getTTL())
                        .alwaysText("Error", answer.getError())
                        .end());
    }

    @Override
    public void leaseRevoke(long id, LeaseRevokeResponse answer) {
        headerOnly(answer.hasHeader(), answer.getHeader());
    }

    @Override
    public void leaseKeepAlive(LeaseKeepAliveResponse answer) {
        write(
                headerFields(new Json().begin(), answer.getHeader())
                        .always("ID", answer.getID())
                        .always("TTL", answer.getTTL())
                        .end());
    }

    @Override
    public void leaseTimeToLive(LeaseTimeToLiveResponse answer, boolean keys) {
        Json json =
                headerFields(new Json().begin(), answer.getHeader())
                        .always("id", answer.getID())
                        .always("ttl", answer.getTTL())
                        .always("granted-ttl", answer.getGrantedTTL())
                        .name("keys");
        if (answer.getKeysCount() == 0) {
            json.raw("null");
        } else {
            json.beginList();
            for (ByteString key : answer.getKeysList()) {
                json.next().octets(key);
            }
            json.endList();
        }
        write(json.end());
    }

    @Override
    public void leases(LeaseLeasesResponse answer) {
        Json json = headerFields(new Json().begin(), answer.getHeader()).name("leases").beginList();
        for (LeaseStatus lease : answer.getLeasesList()) {
            json.next().begin().always("id", lease.getID()).end();
        }
        write(json.endList().end());
    }

    private Json memberHeader(boolean present, ResponseHeader header) {
        if (!hex || !present) {
            return open(present, header);
        }
        return new Json()
                .begin()
                .name("header")
                .begin()
                .text("cluster_id", Ids.hex(header.getClusterId()))
                .text("member_id", Ids.hex(header.getMemberId()))
                .number("revision", header.getRevision())
                .unsigned("raft_term", header.getRaftTerm())
                .end();
    }

    private Json member(Json json, Member member) {
        json.begin();
        if (hex) {
            json.text("ID", Ids.hex(member.getID()));
        } else {
            json.unsigned("ID", member.getID());
        }
        return json.text("name", member.getName())
                .texts("peerURLs", member.getPeerURLsList())
                .texts("clientURLs", member.getClientURLsList())
                .bool("isLearner", member.getIsLearner())
                .end();
    }

    private Json members(Json json, List<Member> members) {
        if (!members.isEmpty()) {
            json.name("members").beginList();
            for (Member member : members) {
                member(json.next(), member);
            }
            json.endList();
        }
        return json;
    }

    @Override
    public void memberAdd(MemberAddResponse answer) {
        Json json = memberHeader(answer.hasHeader(), answer.getHeader());
        if (answer.hasMember()) {
            member(json.name("member"), answer.getMember());
        }
        write(members(json, answer.getMembersList()).end());
    }

    @Override
    public void memberRemove(long id, MemberRemoveResponse answer) {
        Json json = memberHeader(answer.hasHeader(), answer.getHeader());
        write(members(json, answer.getMembersList()).end());
    }

    @Override
    public void memberUpdate(long id, MemberUpdateResponse answer) {
        Json json = memberHeader(answer.hasHeader(), answer.getHeader());
        write(members(json, answer.getMembersList()).end());
    }

    @Override
    public void memberPromote(long id, MemberPromoteResponse answer) {
        Json json = memberHeader(answer.hasHeader(), answer.getHeader());
        write(members(json, answer.getMembersList()).end());
    }

    @Override
    public void memberList(MemberListResponse answer) {
        Json json = memberHeader(answer.hasHeader(), answer.getHeader());
        write(members(json, answer.getMembersList()).end());
    }

    @Override
    public void endpointHealth(List<EndpointHealth> list) {
        Json json = new Json().beginList();
        for (EndpointHealth health : list) {
            json.next()
                    .begin()
                    .alwaysText("endpoint", health.endpoint())
                    .alwaysBool("health", health.healthy())
                    .alwaysText("took", health.took())
                    .text("error", health.error())
                    .end();
        }
        write(json.endList());
    }

    @Override
    public void endpointStatus(List<EndpointStatus> list) {
        Json json = list.isEmpty() ? new Json().raw("null") : new Json().beginList();
        for (EndpointStatus one : list) {
            StatusResponse status = one.status();
            json.next().begin().alwaysText("Endpoint", one.endpoint()).name("Status").begin();
            header(json, status.hasHeader(), status.getHeader())
                    .text("version", status.getVersion())
                    .number("dbSize", status.getDbSize())
                    .unsigned("leader", status.getLeader())
                    .unsigned("raftIndex", status.getRaftIndex())
                    .unsigned("raftTerm", status.getRaftTerm())
                    .unsigned("raftAppliedIndex", status.getRaftAppliedIndex())
                    .texts("errors", status.getErrorsList())
                    .number("dbSizeInUse", status.getDbSizeInUse())
                    .bool("isLearner", status.getIsLearner())
                    .text("storageVersion", status.getStorageVersion())
                    .number("dbSizeQuota", status.getDbSizeQuota());
            if (status.hasDowngradeInfo()) {
                json.name("downgradeInfo")
                        .begin()
                        .bool("enabled", status.getDowngradeInfo().getEnabled())
                        .text("targetVersion", status.getDowngradeInfo().getTargetVersion())
                        .end();
            }
            json.end().end();
        }
        write(list.isEmpty() ? json : json.endList());
    }

    @Override
    public void endpointHashKv(List<EndpointHashKv> list) {
        Json json = list.isEmpty() ? new Json().raw("null") : new Json().beginList();
        for (EndpointHashKv one : list) {
            HashKVResponse hash = one.hash();
            json.next().begin().alwaysText("Endpoint", one.endpoint()).name("HashKV").begin();
            header(json, hash.hasHeader(), hash.getHeader())
                    .number("hash", Integer.toUnsignedLong(hash.getHash()))
                    .number("compact_revision", hash.getCompactRevision())
                    .number("hash_revision", hash.getHashRevision())
                    .end()
                    .end();
        }
        write(list.isEmpty() ? json : json.endList());
    }

    @Override
    public void moveLeader(long leader, long target, MoveLeaderResponse answer) {
        headerOnly(answer.hasHeader(), answer.getHeader());
    }

    private void downgrade(DowngradeResponse answer) {
        write(
                open(answer.hasHeader(), answer.getHeader())
                        .text("version", answer.getVersion())
                        .end());
    }

    @Override
    public void downgradeValidate(DowngradeResponse answer) {
        downgrade(answer);
    }

    @Override
    public void downgradeEnable(DowngradeResponse answer) {
        downgrade(answer);
    }

    @Override
    public void downgradeCancel(DowngradeResponse answer) {
        downgrade(answer);
    }

    @Override
    public void alarm(AlarmResponse answer) {
        Json json = open(answer.hasHeader(), answer.getHeader());
        if (answer.getAlarmsCount() > 0) {
            json.name("alarms").beginList();
            for (AlarmMember alarm : answer.getAlarmsList()) {
                json.next()
                        .begin()
                        .unsigned("memberID", alarm.getMemberID())
                        .number("alarm", alarm.getAlarmValue())
                        .end();
            }
            json.endList();
        }
        write(json.end());
    }

    @Override
    public void authStatus(AuthStatusResponse answer) {
        write(
                open(answer.hasHeader(), answer.getHeader())
                        .bool("enabled", answer.getEnabled())
                        .unsigned("authRevision", answer.getAuthRevision())
                        .end());
    }

    @Override
    public void roleAdd(String role, AuthRoleAddResponse answer) {
        headerOnly(answer.hasHeader(), answer.getHeader());
    }

    @Override
    public void roleGet(String role, AuthRoleGetResponse answer) {
        Json json = open(answer.hasHeader(), answer.getHeader());
        if (answer.getPermCount() > 0) {
            json.name("perm").beginList();
            for (Permission permission : answer.getPermList()) {
                json.next()
                        .begin()
                        .number("permType", permission.getPermTypeValue())
                        .octets("key", permission.getKey())
                        .octets("range_end", permission.getRangeEnd())
                        .end();
            }
            json.endList();
        }
        write(json.end());
    }

    @Override
    public void roleDelete(String role, AuthRoleDeleteResponse answer) {
        headerOnly(answer.hasHeader(), answer.getHeader());
    }

    @Override
    public void roleList(AuthRoleListResponse answer) {
        write(
                open(answer.hasHeader(), answer.getHeader())
                        .texts("roles", answer.getRolesList())
                        .end());
    }

    @Override
    public void roleGrant(String role, AuthRoleGrantPermissionResponse answer) {
        headerOnly(answer.hasHeader(), answer.getHeader());
    }

    @Override
    public void roleRevoke(
            String role, String key, String end, AuthRoleRevokePermissionResponse answer) {
        headerOnly(answer.hasHeader(), answer.getHeader());
    }

    @Override
    public void userAdd(String user, AuthUserAddResponse answer) {
        headerOnly(answer.hasHeader(), answer.getHeader());
    }

    @Override
    public void userGet(String user, AuthUserGetResponse answer) {
        write(
                open(answer.hasHeader(), answer.getHeader())
                        .texts("roles", answer.getRolesList())
                        .end());
    }

    @Override
    public void userList(AuthUserListResponse answer) {
        write(
                open(answer.hasHeader(), answer.getHeader())
                        .texts("users", answer.getUsersList())
                        .end());
    }

    @Override
    public void userPassword(AuthUserChangePasswordResponse answer) {
        headerOnly(answer.hasHeader(), answer.getHeader());
    }

    @Override
    public void userGrant(String user, String role, AuthUserGrantRoleResponse answer) {
        headerOnly(answer.hasHeader(), answer.getHeader());
    }

    @Override
    public void userRevoke(String user, String role, AuthUserRevokeRoleResponse answer) {
        headerOnly(answer.hasHeader(), answer.getHeader());
    }

    @Override
    public void userDelete(String user, AuthUserDeleteResponse answer) {
        headerOnly(answer.hasHeader(), answer.getHeader());
    }
}
