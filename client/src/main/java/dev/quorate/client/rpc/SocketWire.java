package dev.quorate.client.rpc;

import dev.quorate.client.http2.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/** A TCP socket, as it is or with TLS on top. */
record SocketWire(Socket socket, boolean isSecure) implements Wire {
    @Override
    public InputStream input() throws IOException {
        return socket.getInputStream();
    }

    @Override
    public OutputStream output() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    public void readTimeout(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    @Override
    public String remote() {
        return shown(socket.getInetAddress(), socket.getPort());
    }

    @Override
    public String local() {
        return shown(socket.getLocalAddress(), socket.getLocalPort());
    }

    private static String shown(InetAddress address, int port) {
        String host = address.getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            return; // closed is closed
        }
    }
}
