package dev.quorate.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why an address cannot be listened on, in the words that Go has for it and that operators search for. */
public final class ListenErrors {
    private ListenErrors() {}

    /**
     * Opens the address for a moment.
     *
     * @param port 0 is always free
     * @throws IOException in Go's words when somebody else listens there, or when it is not an address of this machine
     */
    public static void requireFree(String host, int port) throws IOException {
        if (port == 0) {
            return;
        }
        InetAddress address = InetAddress.getByName(host);
        try (ServerSocketChannel channel = ServerSocketChannel.open()) {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            throw new IOException(text(address.getHostAddress(), port, e.getMessage()), e);
        }
    }

    /** What whoever comes second to an address is told. */
    public static IOException taken(String host, int port) {
        return new IOException(text(host, port, "address already in use"));
    }

    /** For example {@code listen tcp 127.0.0.1:2379: bind: address already in use}. */
    static String text(String host, int port, @Nullable String reason) {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        String why = reason == null ? "failed" : reason.toLowerCase(Locale.ROOT);
        return "listen tcp " + shown + ":" + port + ": bind: " + why;
    }
}
