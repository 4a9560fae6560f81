package dev.quorate.tools.ctl.print;

import com.google.protobuf.MessageLite;
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
import dev.quorate.proto.etcdserverpb.LeaseGrantResponse;
import dev.quorate.proto.etcdserverpb.LeaseKeepAliveResponse;
import dev.quorate.proto.etcdserverpb.LeaseLeasesResponse;
import dev.quorate.proto.etcdserverpb.LeaseRevokeResponse;
import dev.quorate.proto.etcdserverpb.LeaseTimeToLiveResponse;
import dev.quorate.proto.etcdserverpb.MemberAddResponse;
import dev.quorate.proto.etcdserverpb.MemberListResponse;
import dev.quorate.proto.etcdserverpb.MemberPromoteResponse;
import dev.quorate.proto.etcdserverpb.MemberRemoveResponse;
import dev.quorate.proto.etcdserverpb.MemberUpdateResponse;
import dev.quorate.proto.etcdserverpb.MoveLeaderResponse;
import dev.quorate.proto.etcdserverpb.PutResponse;
import dev.quorate.proto.etcdserverpb.RangeResponse;
import dev.quorate.proto.etcdserverpb.ResponseHeader;
import dev.quorate.proto.etcdserverpb.TxnResponse;
import dev.quorate.proto.etcdserverpb.WatchResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One output format. What a format has no form for, it refuses. */
public abstract class Printer {
    final Sink out;
    private final String name;

    Printer(Sink out, String name) {
        this.out = out;
        this.name = name;
    }

    /**
     * The printer of a format, or null if there is none of that name.
     *
     * @param notes where what went wrong is told
     * @param hex whether octets and ids are shown in hexadecimal
     * @param valueOnly whether only values of keys are shown; for the simple format
     */
    public static @Nullable Printer of(
            String format, Sink out, Sink notes, boolean hex, boolean valueOnly) {
        return switch (format) {
            case "simple" -> new SimplePrinter(out, notes, hex, valueOnly);
            case "json" -> new JsonPrinter(out, hex);
            case "fields" -> new FieldsPrinter(out, hex);
            case "protobuf" -> new ProtobufPrinter(out);
            case "table" -> new TablePrinter(out);
            default -> null;
        };
    }

    /** What is said of an answer that the format has no form of its own for. */
    void other(MessageLite answer) {
        throw unsupported();
    }

    /** The same for answers that etcdctl wraps, of which some formats show the header alone. */
    void wrapped(MessageLite answer, ResponseHeader header) {
        other(answer);
    }

    UnsupportedFormatException unsupported() {
        return new UnsupportedFormatException(name);
    }

    public void put(PutResponse answer) {
        other(answer);
    }

    public void get(RangeResponse answer) {
        other(answer);
    }

    public void del(DeleteRangeResponse answer) {
        other(answer);
    }

    public void txn(TxnResponse answer) {
        other(answer);
    }

    /** Something that a watch said. */
    public void watch(WatchResponse answer) {
        other(answer);
    }

    public void leaseGrant(LeaseGrantResponse answer) {
        wrapped(answer, answer.getHeader());
    }

    public void leaseRevoke(long id, LeaseRevokeResponse answer) {
        other(answer);
    }

    public void leaseKeepAlive(LeaseKeepAliveResponse answer) {
        wrapped(answer, answer.getHeader());
    }

    public void leaseTimeToLive(LeaseTimeToLiveResponse answer, boolean keys) {
        wrapped(answer, answer.getHeader());
    }

    public void leases(LeaseLeasesResponse answer) {
        wrapped(answer, answer.getHeader());
    }

    public void memberAdd(MemberAddResponse answer) {
        other(answer);
    }

    public void memberRemove(long id, MemberRemoveResponse answer) {
        other(answer);
    }

    public void memberUpdate(long id, MemberUpdateResponse answer) {
        other(answer);
    }

    public void memberPromote(long id, MemberPromoteResponse answer) {
        other(answer);
    }

    public void memberList(MemberListResponse answer) {
        other(answer);
    }

    public void endpointHealth(List<EndpointHealth> list) {
        throw unsupported();
    }

    public void endpointStatus(List<EndpointStatus> list) {
        throw unsupported();
    }

    public void endpointHashKv(List<EndpointHashKv> list) {
        throw unsupported();
    }

    public void moveLeader(long leader, long target, MoveLeaderResponse answer) {
        other(answer);
    }

    public void downgradeValidate(DowngradeResponse answer) {
        other(answer);
    }

    public void downgradeEnable(DowngradeResponse answer) {
        other(answer);
    }

    public void downgradeCancel(DowngradeResponse answer) {
        other(answer);
    }

    public void alarm(AlarmResponse answer) {
        other(answer);
    }

    public void authStatus(AuthStatusResponse answer) {
        other(answer);
    }

    public void roleAdd(String role, AuthRoleAddResponse answer) {
        other(answer);
    }

    public void roleGet(String role, AuthRoleGetResponse answer) {
        other(answer);
    }

    public void roleDelete(String role, AuthRoleDeleteResponse answer) {
        other(answer);
    }

    public void roleList(AuthRoleListResponse answer) {
        other(answer);
    }

    public void roleGrant(String role, AuthRoleGrantPermissionResponse answer) {
        other(answer);
    }

    /** A permission for one key, or for a range if {@code end} is not empty, was taken from a role. */
    public void roleRevoke(
            String role, String key, String end, AuthRoleRevokePermissionResponse answer) {
        other(answer);
    }

    public void userAdd(String user, AuthUserAddResponse answer) {
        other(answer);
    }

    public void userGet(String user, AuthUserGetResponse answer) {
        other(answer);
    }

    public void userList(AuthUserListResponse answer) {
        other(answer);
    }

    public void userPassword(AuthUserChangePasswordResponse answer) {
        other(answer);
    }

    public void userGrant(String user, String role, AuthUserGrantRoleResponse answer) {
        other(answer);
    }

    public void userRevoke(String user, String role, AuthUserRevokeRoleResponse answer) {
        other(answer);
    }

    public void userDelete(String user, AuthUserDeleteResponse answer) {
        other(answer);
    }
}
