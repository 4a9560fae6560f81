package dev.quorate.server.rpc;

import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.AuthUserAddRequest;
import dev.quorate.proto.etcdserverpb.AuthUserChangePasswordRequest;
import dev.quorate.proto.etcdserverpb.AuthenticateRequest;
import dev.quorate.proto.etcdserverpb.InternalAuthenticateRequest;
import dev.quorate.proto.etcdserverpb.InternalRaftRequest;
import dev.quorate.server.service.Call;
import dev.quorate.server.service.Reply;
import dev.quorate.store.Outcome;
import dev.quorate.store.auth.Auth;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Requests that hash or compare passwords, which is slow on purpose: it happens on guest threads, before anything is proposed. */
final class Passwords {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int TOKEN_LETTERS = 16;

    private final Door door;
    private final Auth auth;
    private final Executor guests;
    private final RandomGenerator secrets;
    private final int cost;

    /**
     * Handles logins and passwords.
     *
     * @param secrets draws tokens; unpredictable and safe for several threads
     * @param cost binary logarithm of bcrypt's rounds
     */
    Passwords(Door door, Auth auth, Executor guests, RandomGenerator secrets, int cost) {
        this.door = door;
        this.auth = auth;
        this.guests = guests;
        this.secrets = secrets;
        this.cost = cost;
    }

    /** Compares under the newest permissions, and again if they changed before the login was applied. */
    void authenticate(Call call, AuthenticateRequest request, Reply reply) {
        door.whenReadable(call, false, reply, () -> guests.execute(() -> logIn(request, reply)));
    }

    private void logIn(AuthenticateRequest request, Reply reply) {
        try {
            long checkedRevision = auth.checkPassword(request.getName(), request.getPassword());
            door.node()
                    .proposals()
                    .propose(
                            InternalRaftRequest.newBuilder()
                                    .setAuthenticate(
                                            InternalAuthenticateRequest.newBuilder()
                                                    .setName(request.getName())
                                                    .setSimpleToken(letters())),
                            outcome -> {
                                if (outcome instanceof Outcome.Done
                                        && auth.revision() != checkedRevision) {
                                    guests.execute(() -> logIn(request, reply));
                                } else {
                                    door.answer(outcome, reply);
                                }
                            });
        } catch (StatusException refusal) {
            reply.fail(refusal);
        }
    }

    private String letters() {
        char[] letters = new char[TOKEN_LETTERS];
        for (int i = 0; i < letters.length; i++) {
            letters[i] = LETTERS.charAt(secrets.nextInt(LETTERS.length()));
        }
        return new String(letters);
    }

    void addUser(Call call, AuthUserAddRequest request, Reply reply) {
        guests.execute(() -> {
            var hashed = request.toBuilder().clearPassword();
            if (!request.getOptions().getNoPassword()) {
                hashed.setHashedPassword(Auth.hashPassword(request.getPassword(), cost));
            }
            door.propose(call, InternalRaftRequest.newBuilder().setAuthUserAdd(hashed), reply);
        });
    }

    void changePassword(Call call, AuthUserChangePasswordRequest request, Reply reply) {
        guests.execute(() -> {
            var hashed =
                    request.toBuilder()
                            .clearPassword()
                            .setHashedPassword(
                                    request.getPassword().isEmpty()
                                            ? ""
                                            : Auth.hashPassword(request.getPassword(), cost));
            door.propose(
                    call,
                    InternalRaftRequest.newBuilder().setAuthUserChangePassword(hashed),
                    reply);
        });
    }
}
