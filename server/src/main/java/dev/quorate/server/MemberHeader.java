package dev.quorate.server;

import dev.quorate.proto.etcdserverpb.RequestHeader;

/** In whose name a member proposes for itself. */
final class MemberHeader {
    private static final String ROOT = "root";

    private MemberHeader() {}

    /** The administrator at whatever revision of the permissions: expired leases go, whoever owns their keys. */
    static RequestHeader internal() {
        return RequestHeader.newBuilder().setUsername(ROOT).setAuthRevision(Long.MAX_VALUE).build();
    }
}
