package dev.quorate.api.tls;

import dev.quorate.log.Log;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.TrustManagerFactory;

/**
 * The JDK's TLS for a port, which logs the handshakes that fail with the address that they came from: a server of Vert.x tells of a failed
 * handshake only why.
 */
public final class WatchedHandshakes extends JdkSSLEngineOptions {
    private final Log log;
    private final String side;

    /**
     * @param log where refusals go, on the event loop of the connection
     * @param side {@code client} or {@code peer}
     */
    public WatchedHandshakes(Log log, String side) {
        this.log = log;
        this.side = side;
    }

    @Override
    public WatchedHandshakes copy() {
        return new WatchedHandshakes(log, side);
    }

    @Override
    public SslContextFactory sslContextFactory() {
        return new Factory(super.sslContextFactory());
    }

    private final class Factory implements SslContextFactory {
        private final SslContextFactory inner;

        Factory(SslContextFactory inner) {
            this.inner = inner;
        }

        @Override
        public SslContextFactory useAlpn(boolean useAlpn) {
            inner.useAlpn(useAlpn);
            return this;
        }

        @Override
        public SslContextFactory clientAuth(ClientAuth clientAuth) {
            inner.clientAuth(clientAuth);
            return this;
        }

        @Override
        public SslContextFactory forClient(boolean forClient) {
            inner.forClient(forClient);
            return this;
        }

        @Override
        public SslContextFactory keyMananagerFactory(KeyManagerFactory keys) {
            inner.keyMananagerFactory(keys);
            return this;
        }

        @Override
        public SslContextFactory trustManagerFactory(TrustManagerFactory trust) {
            inner.trustManagerFactory(trust);
            return this;
        }

        @Override
        public SslContextFactory enabledCipherSuites(Set<String> suites) {
            inner.enabledCipherSuites(suites);
            return this;
        }

        @Override
        public SslContextFactory applicationProtocols(List<String> protocols) {
            inner.applicationProtocols(protocols);
            return this;
        }

        @Override
        public SslContextFactory serverName(String name) {
            inner.serverName(name);
            return this;
        }

        @Override
        public SslContext create() throws SSLException {
            return new Watched(inner.create());
        }
    }

    private final class Watched extends DelegatingSslContext {
        Watched(SslContext inner) {
            super(inner);
        }

        @Override
        protected void initEngine(SSLEngine engine) {}

        @Override
        protected void initHandler(SslHandler handler) {
            SSLEngine engine = handler.engine();
            // The address, as Vert.x gives it to the engine.
            String from = engine.getPeerHost() + ":" + engine.getPeerPort();
            var called = new Called();
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setSNIMatchers(List.of(called));
            engine.setSSLParameters(parameters);
            handler.handshakeFuture()
                    .addListener(done -> {
                        if (!done.isSuccess()) {
                            Handshakes.refused(log, side, from, called.name, done.cause());
                        }
                    });
        }
    }

    /** Takes every name, and remembers it: an engine that failed has forgotten it. */
    private static final class Called extends SNIMatcher {
        private volatile String name = "";

        Called() {
            super(StandardConstants.SNI_HOST_NAME);
        }

        @Override
        public boolean matches(SNIServerName asked) {
            name = new String(asked.getEncoded(), StandardCharsets.US_ASCII);
            return true;
        }
    }
}
