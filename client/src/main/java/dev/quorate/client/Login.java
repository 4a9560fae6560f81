package dev.quorate.client;

import dev.quorate.client.rpc.Channel;
import dev.quorate.client.rpc.Deadline;
import dev.quorate.client.rpc.Method;
import dev.quorate.client.rpc.RpcException;
import dev.quorate.client.rpc.TokenSource;
import dev.quorate.proto.error.EtcdError;
import dev.quorate.proto.etcdserverpb.AuthenticateRequest;
import dev.quorate.proto.etcdserverpb.AuthenticateResponse;

/** The token of one user: fetched once, and again when a member refuses it. Several callers with the same old token fetch one new one. */
final class Login implements TokenSource {
    private static final Method<AuthenticateRequest, AuthenticateResponse> AUTHENTICATE =
            new Method<>("/etcdserverpb.Auth/Authenticate", AuthenticateResponse.parser(), true);

    private final Channel channel;
    private final AuthenticateRequest request;
    private volatile String token = "";

    /**
     * @param channel one that sends no tokens
     */
    Login(Channel channel, String user, String password) {
        this.channel = channel;
        this.request = AuthenticateRequest.newBuilder().setName(user).setPassword(password).build();
    }

    @Override
    public String token() {
        return token;
    }

    /** Logs in for the first time. Where authentication is not enabled, calls simply carry no token. */
    synchronized void first(Deadline deadline) {
        try {
            fetch(deadline);
        } catch (RpcException e) {
            if (!e.description().equals(EtcdError.AUTH_NOT_ENABLED.text())) {
                throw e;
            }
        }
    }

    @Override
    public synchronized boolean renew(String refused, Deadline deadline) {
        if (token.equals(refused)) {
            fetch(deadline);
        }
        return true;
    }

    private void fetch(Deadline deadline) {
        token = channel.call(AUTHENTICATE, request, deadline, false).getToken();
    }
}
