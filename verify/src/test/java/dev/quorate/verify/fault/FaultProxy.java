package dev.quorate.verify.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands before the peer port of one member, under the address that the member advertises, and lets nobody through whose cable is cut.
 * Who calls it reads from the header {@code X-Server-From} of the first request of each connection.
 */
final class FaultProxy implements AutoCloseable {
    private static final int HEAD_BYTES_MAX = 16 << 10;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int CONNECT_MILLIS = 2000;
    private static final Pattern FROM = Pattern.compile("\r\nx-server-from: *([0-9a-f]+)\r\n");

    private final ServerSocket listening;
    private final int target;
    private final Set<String> cut = ConcurrentHashMap.newKeySet();
    private final Set<Relay> relays = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private FaultProxy(ServerSocket listening, int target) {
        this.listening = listening;
        this.target = target;
    }

    /** Listens on a free port of the loopback address for a member that listens on another. */
    static FaultProxy before(int target) throws IOException {
        ServerSocket listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        FaultProxy proxy = new FaultProxy(listening, target);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Cuts the cable of a member, by its id in hexadecimal; what is under way is lost. */
    void cut(String from) {
        cut.add(from);
        relays.stream().filter(relay -> relay.from.equals(from)).forEach(Relay::close);
    }

    /** All cables are whole again. */
    void heal() {
        cut.clear();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                if (!closed) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket server = new Socket()) {
            byte[] head = head(client.getInputStream());
            Matcher matcher =
                    FROM.matcher(
                            new String(head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT));
            String from = matcher.find() ? matcher.group(1) : "";
            if (cut.contains(from)) {
                return;
            }
            server.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), target),
                    CONNECT_MILLIS);
            Relay relay = new Relay(from, client, server);
            relays.add(relay);
            try {
                if (cut.contains(from)) {
                    return;
                }
                server.getOutputStream().write(head);
                Thread back = Thread.ofVirtual().start(() -> copy(server, client));
                copy(client, server);
                back.join();
            } finally {
                relays.remove(relay);
            }
        } catch (IOException | InterruptedException _) {
            // A member that is down, or a cable that was cut.
        }
    }

    /** Everything up to the end of the first request's head, and what came along with it. */
    private static byte[] head(InputStream in) throws IOException {
        byte[] bytes = new byte[HEAD_BYTES_MAX];
        int length = 0;
        while (length < bytes.length) {
            int read = in.read(bytes, length, bytes.length - length);
            if (read < 0) {
                break;
            }
            length += read;
            if (new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains("\r\n\r\n")) {
                break;
            }
        }
        return java.util.Arrays.copyOf(bytes, length);
    }

    private static void copy(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException _) {
            new Relay("", from, to).close();
        }
    }

    private record Relay(String from, Socket client, Socket server) {
        void close() {
            try {
                client.close();
                server.close();
            } catch (IOException _) {
                // It is closed either way.
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listening.close();
        relays.forEach(Relay::close);
    }
}
