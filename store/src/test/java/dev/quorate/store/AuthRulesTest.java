package dev.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.quorate.proto.authpb.Permission;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.AuthRoleGetResponse;
import dev.quorate.proto.etcdserverpb.AuthStatusResponse;
import dev.quorate.proto.etcdserverpb.AuthUserGetResponse;
import dev.quorate.proto.etcdserverpb.AuthUserListResponse;
import dev.quorate.proto.etcdserverpb.AuthenticateResponse;
import dev.quorate.proto.etcdserverpb.Compare;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.proto.etcdserverpb.PutRequest;
import dev.quorate.proto.etcdserverpb.RequestOp;
import dev.quorate.proto.etcdserverpb.TxnRequest;
import dev.quorate.storage.engine.Bucket;
import dev.quorate.store.auth.Auth;
import dev.quorate.store.auth.Identity;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AuthRulesTest {
    private final Fixture fixture = Fixture.opened();

    private Auth auth() {
        return fixture.machine.auth();
    }

    private void ok(Consumer<InternalRaftRequest.Builder> body) {
        assertThat(asRoot(body)).isInstanceOf(Outcome.Done.class);
    }

    private Outcome asRoot(Consumer<InternalRaftRequest.Builder> body) {
        return fixture.applyAs("root", auth().revision(), body);
    }

    private static void refused(Outcome outcome, EtcdError error) {
        assertThat(outcome).isEqualTo(new Outcome.Refused(error.exception(), false));
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private void addUser(String name) {
        ok(r ->
                r.getAuthUserAddBuilder()
                        .setName(name)
                        .setHashedPassword(Auth.hashPassword("pw", 4)));
    }

    private void grant(String role, Permission.Type type, String key, String end) {
        ok(r ->
                r.getAuthRoleGrantPermissionBuilder()
                        .setName(role)
                        .getPermBuilder()
                        .setPermType(type)
                        .setKey(bytes(key))
                        .setRangeEnd(bytes(end)));
    }

    /** Root, and alice who may read [a, m) in two pieces and write [a, c). */
    private void enable() {
        addUser("root");
        ok(r -> r.getAuthRoleAddBuilder().setName("root"));
        ok(r -> r.getAuthUserGrantRoleBuilder().setUser("root").setRole("root"));
        addUser("alice");
        ok(r -> r.getAuthRoleAddBuilder().setName("dev"));
        ok(r -> r.getAuthUserGrantRoleBuilder().setUser("alice").setRole("dev"));
        grant("dev", Permission.Type.READWRITE, "a", "c");
        grant("dev", Permission.Type.READ, "c", "m");
        ok(r -> r.getAuthEnableBuilder());
    }

    private Outcome asAlice(Consumer<InternalRaftRequest.Builder> body) {
        return fixture.applyAs("alice", auth().revision(), body);
    }

    @Test
    void enablingNeedsRootWithItsRole() {
        refused(asRoot(r -> r.getAuthEnableBuilder()), EtcdError.ROOT_USER_NOT_EXIST);
        addUser("root");
        refused(asRoot(r -> r.getAuthEnableBuilder()), EtcdError.ROOT_ROLE_NOT_EXIST);
        ok(r -> r.getAuthUserGrantRoleBuilder().setUser("root").setRole("root"));
        long revision = auth().revision();
        ok(r -> r.getAuthEnableBuilder());
        ok(r -> r.getAuthEnableBuilder());
        assertThat(auth().revision()).isEqualTo(revision);
        assertThat(auth().isEnabled()).isTrue();
        ok(r -> r.getAuthDisableBuilder());
        ok(r -> r.getAuthDisableBuilder());
        assertThat(auth().revision()).isEqualTo(revision + 1);
    }

    @Test
    void usersAndRolesAreRefusedWithEtcdsWords() {
        refused(asRoot(r -> r.getAuthUserAddBuilder()), EtcdError.USER_EMPTY);
        addUser("u");
        refused(asRoot(r -> r.getAuthUserAddBuilder().setName("u")), EtcdError.USER_ALREADY_EXIST);
        refused(asRoot(r -> r.getAuthUserDeleteBuilder().setName("x")), EtcdError.USER_NOT_FOUND);
        refused(asRoot(r -> r.getAuthUserGetBuilder().setName("x")), EtcdError.USER_NOT_FOUND);
        refused(
                asRoot(r -> r.getAuthUserChangePasswordBuilder().setName("x")),
                EtcdError.USER_NOT_FOUND);
        refused(
                asRoot(r -> r.getAuthUserGrantRoleBuilder().setUser("u").setRole("x")),
                EtcdError.ROLE_NOT_FOUND);
        refused(
                asRoot(r -> r.getAuthUserRevokeRoleBuilder().setName("u").setRole("x")),
                EtcdError.ROLE_NOT_GRANTED);
        refused(asRoot(r -> r.getAuthRoleAddBuilder()), EtcdError.ROLE_EMPTY);
        ok(r -> r.getAuthRoleAddBuilder().setName("r"));
        refused(asRoot(r -> r.getAuthRoleAddBuilder().setName("r")), EtcdError.ROLE_ALREADY_EXIST);
        refused(asRoot(r -> r.getAuthRoleGetBuilder().setRole("x")), EtcdError.ROLE_NOT_FOUND);
        refused(asRoot(r -> r.getAuthRoleDeleteBuilder().setRole("x")), EtcdError.ROLE_NOT_FOUND);
        refused(
                asRoot(r -> r.getAuthRoleGrantPermissionBuilder().setName("r")),
                EtcdError.PERMISSION_NOT_GIVEN);
        refused(
                asRoot(r ->
                        r.getAuthRoleGrantPermissionBuilder()
                                .setName("r")
                                .getPermBuilder()
                                .setKey(bytes("b"))
                                .setRangeEnd(bytes("a"))),
                EtcdError.INVALID_AUTH_MGMT);
        refused(
                asRoot(r -> r.getAuthRoleRevokePermissionBuilder().setRole("r").setKey(bytes("k"))),
                EtcdError.PERMISSION_NOT_GRANTED);
        refused(asRoot(r -> r.getAuthenticateBuilder().setName("u")), EtcdError.AUTH_NOT_ENABLED);
    }

    @Test
    void rootIsProtectedOnlyWhileEnabled() {
        enable();
        refused(
                asRoot(r -> r.getAuthUserDeleteBuilder().setName("root")),
                EtcdError.INVALID_AUTH_MGMT);
        refused(
                asRoot(r -> r.getAuthRoleDeleteBuilder().setRole("root")),
                EtcdError.INVALID_AUTH_MGMT);
        refused(
                asRoot(r -> r.getAuthUserRevokeRoleBuilder().setName("root").setRole("root")),
                EtcdError.INVALID_AUTH_MGMT);
        ok(r -> r.getAuthDisableBuilder());
        ok(r -> r.getAuthUserDeleteBuilder().setName("root"));
    }

    @Test
    void keysAreGuardedByMergedIntervals() {
        enable();
        ByteString value = bytes("v");
        refused(fixture.apply(r -> r.getPutBuilder().setKey(bytes("a"))), EtcdError.USER_EMPTY);
        refused(
                fixture.applyAs("alice", 1, r -> r.getPutBuilder().setKey(bytes("a"))),
                EtcdError.AUTH_OLD_REVISION);
        refused(
                fixture.applyAs(
                        "bob", auth().revision(), r -> r.getPutBuilder().setKey(bytes("a"))),
                EtcdError.PERMISSION_DENIED);
        assertThat(asAlice(r -> r.getPutBuilder().setKey(bytes("b")).setValue(value)))
                .isInstanceOf(Outcome.Done.class);
        refused(asAlice(r -> r.getPutBuilder().setKey(bytes("c"))), EtcdError.PERMISSION_DENIED);
        assertThat(asAlice(r -> r.getRangeBuilder().setKey(bytes("a")).setRangeEnd(bytes("m"))))
                .isInstanceOf(Outcome.Done.class);
        refused(
                asAlice(r -> r.getRangeBuilder().setKey(bytes("a")).setRangeEnd(bytes("n"))),
                EtcdError.PERMISSION_DENIED);
        refused(
                asAlice(r -> r.getRangeBuilder().setKey(bytes("a")).setRangeEnd(bytes("\0"))),
                EtcdError.PERMISSION_DENIED);
        refused(
                asAlice(r -> r.getDeleteRangeBuilder().setKey(bytes("a")).setRangeEnd(bytes("d"))),
                EtcdError.PERMISSION_DENIED);
    }

    @Test
    void transactionsAreCheckedInBothBranchesAndNested() {
        enable();
        RequestOp forbidden =
                RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder().setKey(bytes("z")))
                        .build();
        TxnRequest inner = TxnRequest.newBuilder().addFailure(forbidden).build();
        TxnRequest nested =
                TxnRequest.newBuilder()
                        .addSuccess(RequestOp.newBuilder().setRequestTxn(inner))
                        .build();
        TxnRequest compare =
                TxnRequest.newBuilder().addCompare(Compare.newBuilder().setKey(bytes("z"))).build();
        for (TxnRequest txn : new TxnRequest[] {inner, nested, compare}) {
            refused(asAlice(r -> r.setTxn(txn)), EtcdError.PERMISSION_DENIED);
        }
    }

    @Test
    void aLeaseIsTakenByItsKeys() {
        enable();
        ok(r -> r.getLeaseGrantBuilder().setID(7).setTTL(60));
        ok(r -> r.getPutBuilder().setKey(bytes("z")).setLease(7));
        refused(
                asAlice(r -> r.getPutBuilder().setKey(bytes("a")).setLease(7)),
                EtcdError.PERMISSION_DENIED);
        refused(asAlice(r -> r.getLeaseRevokeBuilder().setID(7)), EtcdError.PERMISSION_DENIED);
        ok(r -> r.getLeaseRevokeBuilder().setID(7));
    }

    @Test
    void theGateHoldsPutsInTransactionsToTheSameRules() {
        enable();
        ok(r -> r.getLeaseGrantBuilder().setID(7).setTTL(60));
        ok(r -> r.getPutBuilder().setKey(bytes("z")).setLease(7));
        PutRequest put = PutRequest.newBuilder().setKey(bytes("a")).setLease(7).build();
        TxnRequest txn =
                TxnRequest.newBuilder()
                        .addSuccess(RequestOp.newBuilder().setRequestPut(put))
                        .build();
        Identity alice = new Identity("alice", auth().revision());
        assertThatThrownBy(() -> auth().checkTxn(alice, txn))
                .isSameAs(EtcdError.PERMISSION_DENIED.exception());
    }

    @Test
    void onlyRootManagesButEveryoneMayLookAtThemselves() {
        enable();
        refused(asAlice(r -> r.getAuthUserListBuilder()), EtcdError.PERMISSION_DENIED);
        refused(fixture.apply(r -> r.getAuthUserListBuilder()), EtcdError.USER_EMPTY);
        refused(
                fixture.applyAs("bob", auth().revision(), r -> r.getAuthUserListBuilder()),
                EtcdError.USER_NOT_FOUND);
        refused(
                asAlice(r -> r.getAuthUserGetBuilder().setName("root")),
                EtcdError.PERMISSION_DENIED);
        refused(
                asAlice(r -> r.getAuthRoleGetBuilder().setRole("root")),
                EtcdError.PERMISSION_DENIED);
        Outcome self = asAlice(r -> r.getAuthUserGetBuilder().setName("alice"));
        assertThat(((AuthUserGetResponse) ((Outcome.Done) self).response()).getRolesList())
                .containsExactly("dev");
        Outcome role = asAlice(r -> r.getAuthRoleGetBuilder().setRole("dev"));
        assertThat(((AuthRoleGetResponse) ((Outcome.Done) role).response()).getPermCount())
                .isEqualTo(2);
        Outcome status = fixture.apply(r -> r.getAuthStatusBuilder());
        assertThat(((AuthStatusResponse) ((Outcome.Done) status).response()).getEnabled()).isTrue();
    }

    @Test
    void tokensCarryTheIndexBeforeTheirEntryAndEndUnused() throws Exception {
        enable();
        long before = fixture.machine.consistentIndex();
        Outcome outcome =
                fixture.apply(
                        r -> r.getAuthenticateBuilder().setName("alice").setSimpleToken("LETTERS"));
        String token = ((AuthenticateResponse) ((Outcome.Done) outcome).response()).getToken();
        assertThat(token).isEqualTo("LETTERS." + before);
        assertThat(fixture.tokens.knownFrom(token)).isEqualTo(before);
        fixture.nanos += TimeUnit.SECONDS.toNanos(299);
        assertThat(auth().identify(token, fixture.nanos))
                .isEqualTo(new Identity("alice", auth().revision()));
        fixture.nanos += TimeUnit.SECONDS.toNanos(299);
        assertThat(auth().identify(token, fixture.nanos).username()).isEqualTo("alice");
        fixture.nanos += TimeUnit.SECONDS.toNanos(301);
        assertThatThrownBy(() -> auth().identify(token, fixture.nanos))
                .isSameAs(EtcdError.INVALID_AUTH_TOKEN.exception());
    }

    @Test
    void passwordsAreCheckedAgainstEitherOriginOfTheHash() throws Exception {
        enable();
        ok(r -> r.getAuthUserAddBuilder().setName("old").setPassword("plain"));
        ok(r -> r.getAuthUserAddBuilder().setName("cn").getOptionsBuilder().setNoPassword(true));
        assertThat(auth().checkPassword("alice", "pw")).isEqualTo(auth().revision());
        assertThat(auth().checkPassword("old", "plain")).isEqualTo(auth().revision());
        assertThatThrownBy(() -> auth().checkPassword("alice", "no"))
                .isSameAs(EtcdError.AUTH_FAILED.exception());
        assertThatThrownBy(() -> auth().checkPassword("nobody", "pw"))
                .isSameAs(EtcdError.AUTH_FAILED.exception());
        assertThatThrownBy(() -> auth().checkPassword("cn", ""))
                .isSameAs(EtcdError.NO_PASSWORD_USER.exception());
        refused(
                fixture.apply(r -> r.getAuthenticateBuilder().setName("cn")),
                EtcdError.AUTH_FAILED);
    }

    @Test
    void deletingARoleTakesItFromUsersAndEverythingSurvivesARestart() {
        enable();
        ok(r -> r.getAuthRoleDeleteBuilder().setRole("dev"));
        refused(asAlice(r -> r.getPutBuilder().setKey(bytes("a"))), EtcdError.PERMISSION_DENIED);
        fixture.commit();
        Fixture again = fixture.crashed();
        assertThat(again.machine.auth().isEnabled()).isTrue();
        assertThat(again.machine.auth().revision()).isEqualTo(auth().revision());
        Outcome users = again.applyAs("root", auth().revision(), r -> r.getAuthUserListBuilder());
        assertThat(((AuthUserListResponse) ((Outcome.Done) users).response()).getUsersList())
                .containsExactly("alice", "root");
        byte[] alice = again.engine.read().get(Bucket.AUTH_USERS, "alice".getBytes());
        assertThat(alice).endsWith(0x22, 0x00);
    }
}
