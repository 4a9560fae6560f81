package dev.quorate.client.rpc;

import dev.quorate.client.http2.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Locale;

/** A unix socket. Reads wait without a limit: there is no network between that could swallow the other side. */
record UnixWire(SocketChannel channel, String path) implements Wire {

    static UnixWire connect(String path) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return new UnixWire(channel, path);
        } catch (IOException e) {
            channel.close();
            String message = e.getMessage();
            throw new IOException(
                    "transport: Error while dialing: dial unix "
                            + path
                            + ": connect: "
                            + (message == null ? e.toString() : message.toLowerCase(Locale.ROOT)),
                    e);
        }
    }

    @Override
    public InputStream input() {
        return Channels.newInputStream(channel);
    }

    @Override
    public OutputStream output() {
        return Channels.newOutputStream(channel);
    }

    @Override
    public void readTimeout(int millis) {
        // See above.
    }

    @Override
    public boolean isSecure() {
        return false;
    }

    @Override
    public String remote() {
        return path;
    }

    @Override
    public String local() {
        return "@";
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            return; // closed is closed
        }
    }
}
