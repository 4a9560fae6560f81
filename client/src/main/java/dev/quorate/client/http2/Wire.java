package dev.quorate.client.http2;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The byte stream under a connection: a socket, with or without TLS. Reading and writing happen on different threads. */
public interface Wire {
    InputStream input() throws IOException;

    OutputStream output() throws IOException;

    /** How long a read may wait before it throws {@link java.net.SocketTimeoutException}; 0 for as long as it takes. */
    void readTimeout(int millis) throws IOException;

    /** Whether requests are sent with the scheme {@code https}. */
    boolean isSecure();

    /** The address of the other side, {@code 127.0.0.1:2379}. */
    String remote();

    /** The address of this side. */
    String local();

    /** Ends both directions; a thread that reads or writes gets an {@link IOException}. Never throws and may be called again. */
    void close();
}
