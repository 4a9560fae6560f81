package dev.quorate.tools.etcd;

import dev.quorate.log.Log;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Tells systemd that the service is up: one datagram {@code READY=1} to the socket that {@code NOTIFY_SOCKET} names. The JDK has no
 * datagram sockets of the Unix domain, so this calls the C library; only units of type {@code notify} get here.
 *
 * <pre>
 *   sockaddr_un:  | family 2 bytes, AF_UNIX = 1 | path, a leading '@' stands for a zero byte |
 * </pre>
 */
final class InitNotice {
    private static final Log log = Log.of(InitNotice.class);
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int PATH_MAX = 107;
    private static final byte[] READY = "READY=1".getBytes(StandardCharsets.US_ASCII);

    private InitNotice() {}

    /**
     * Sends the notice, and logs what came of it.
     *
     * @param socket value of the variable; empty for none
     */
    static void ready(String socket) {
        if (socket.isEmpty()) {
            return;
        }
        log.info("notifying init daemon");
        try {
            send(socket, READY);
            log.info("successfully notified init daemon");
        } catch (IOException e) {
            log.error(
                    "failed to notify systemd for readiness",
                    "error",
                    String.valueOf(e.getMessage()));
        }
    }

    private static void send(String socket, byte[] message) throws IOException {
        byte[] path = socket.getBytes(StandardCharsets.UTF_8);
        if (path.length > PATH_MAX) {
            throw new IOException("NOTIFY_SOCKET is too long: " + socket);
        }
        if (path[0] == '@') {
            path[0] = 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(Short.BYTES + path.length);
            address.set(
                    ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.nativeOrder()),
                    0,
                    (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, Short.BYTES, path.length);
            MemorySegment data = arena.allocate(message.length);
            MemorySegment.copy(message, 0, data, ValueLayout.JAVA_BYTE, 0, message.length);
            call(address, data, socket);
        }
    }

    private static void call(MemorySegment address, MemorySegment data, String name)
            throws IOException {
        int descriptor = -1;
        try {
            descriptor = (int) function("socket", SOCKET).invokeExact(AF_UNIX, SOCK_DGRAM, 0);
            long sent =
                    (long)
                            function("sendto", SEND_TO)
                                    .invokeExact(
                                            descriptor,
                                            data,
                                            data.byteSize(),
                                            0,
                                            address,
                                            (int) address.byteSize());
            if (sent != data.byteSize()) {
                throw new IOException("cannot send to " + name);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        } finally {
            close(descriptor);
        }
    }

    private static void close(int descriptor) throws IOException {
        if (descriptor < 0) {
            return;
        }
        try {
            int _ = (int) function("close", CLOSE).invokeExact(descriptor);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    private static final FunctionDescriptor SOCKET =
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT);
    private static final FunctionDescriptor SEND_TO =
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_INT);
    private static final FunctionDescriptor CLOSE =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
