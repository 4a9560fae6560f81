package dev.quorate.client.rpc;

import dev.quorate.client.http2.Wire;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Opens sockets to endpoints. Stateless, but for the configuration. */
final class Dialer {
    private final Duration timeout;
    private final @Nullable TlsSettings tls;

    /**
     * @param tls what to use for endpoints with TLS, or null for the system's certificates and none of our own
     */
    Dialer(Duration timeout, @Nullable TlsSettings tls) {
        this.timeout = timeout;
        this.tls = tls;
    }

    /**
     * Connects, with TLS where the endpoint asks for it.
     *
     * @throws IOException with the words that Go's dialer uses
     */
    Wire dial(Endpoint endpoint) throws IOException {
        boolean secure =
                switch (endpoint.security()) {
                    case TLS -> true;
                    case NONE -> false;
                    case IF_CONFIGURED -> tls != null;
                };
        if (endpoint.isUnix()) {
            Wire plain = UnixWire.connect(endpoint.host());
            if (secure) {
                plain.close();
                throw new IOException("TLS over unix sockets is not supported: " + endpoint.text());
            }
            return plain;
        }
        Socket socket = connect(endpoint);
        if (!secure) {
            return new SocketWire(socket, false);
        }
        try {
            TlsSettings settings = tls == null ? TlsSettings.system() : tls;
            return settings.secure(socket, endpoint, millis(timeout));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Socket connect(Endpoint endpoint) throws IOException {
        if (endpoint.port() < 0) {
            throw dialing(
                    "dial tcp: address " + endpoint.address() + ": missing port in address", null);
        }
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(endpoint.host());
        } catch (UnknownHostException e) {
            throw dialing("dial tcp: lookup " + endpoint.host() + ": no such host", e);
        }
        IOException failure = null;
        for (InetAddress address : addresses) {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(address, endpoint.port()), millis(timeout));
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = failure == null ? failed(address, endpoint.port(), e) : failure;
            }
        }
        throw failure == null ? new IOException("no address for " + endpoint.host()) : failure;
    }

    private static IOException failed(InetAddress address, int port, IOException cause) {
        String host = address.getHostAddress();
        String place = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        String reason =
                switch (cause) {
                    case SocketTimeoutException _ -> "i/o timeout";
                    case NoRouteToHostException _ -> "connect: no route to host";
                    case ConnectException _ -> "connect: " + words(cause);
                    default -> words(cause);
                };
        return dialing("dial tcp " + place + ": " + reason, cause);
    }

    static String words(IOException cause) {
        String message = cause.getMessage();
        return message == null ? cause.toString() : message.toLowerCase(Locale.ROOT);
    }

    private static IOException dialing(String reason, @Nullable Exception cause) {
        return new IOException("transport: Error while dialing: " + reason, cause);
    }

    static int millis(Duration time) {
        return (int) Math.min(Integer.MAX_VALUE, time.toMillis());
    }
}
