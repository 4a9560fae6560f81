package dev.quorate.tools.goreman;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;

/** The side of {@code goreman run}. */
final class ControlClient {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    /** Longer than a restart of processes that have to be killed and take their time to be ready. */
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);

    private ControlClient() {}

    /**
     * Asks and returns what is to be printed.
     *
     * @param address host and port with a colon between
     * @throws GoremanException if nobody answers or the request is refused
     */
    static String call(String address, Control.Request request) throws GoremanException {
        int colon = address.lastIndexOf(':');
        int port = port(address, colon);
        String host = address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        String answer;
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(host.isEmpty() ? "127.0.0.1" : host, port),
                    (int) CONNECT_LIMIT.toMillis());
            socket.setSoTimeout((int) ANSWER_LIMIT.toMillis());
            Control.write(socket, request);
            answer = Control.readAnswer(socket);
        } catch (ConnectException _) {
            throw new GoremanException("dial tcp " + address + ": connect: connection refused");
        } catch (UnknownHostException _) {
            throw new GoremanException("dial tcp: lookup " + host + ": no such host");
        } catch (IOException e) {
            throw new GoremanException("dial tcp " + address + ": " + e.getMessage());
        }
        if (answer.startsWith(Control.ERROR)) {
            throw new GoremanException(answer.substring(Control.ERROR.length()).strip());
        }
        if (!answer.startsWith(Control.OK + "\n")) {
            throw new GoremanException("what listens on " + address + " is not this goreman");
        }
        return answer.substring(Control.OK.length() + 1);
    }

    private static int port(String address, int colon) throws GoremanException {
        try {
            int port = colon < 0 ? -1 : Integer.parseInt(address.substring(colon + 1));
            if (port >= 0 && port <= 0xffff) {
                return port;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new GoremanException("dial tcp: address " + address + ": missing or bad port");
    }
}
