package dev.quorate.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.quorate.log.Log;
import dev.quorate.proto.error.Code;
import dev.quorate.proto.error.StatusException;
import dev.quorate.proto.etcdserverpb.SnapshotResponse;
import dev.quorate.server.service.Outlet;
import dev.quorate.server.service.Payload;
import dev.quorate.storage.bbolt.BboltWriter;
import dev.quorate.storage.engine.ReadView;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A snapshot on its way to a client: a bbolt file in pieces, then the SHA-256 of all of it.
 *
 * <p>Memory is bounded by one piece and what the transport holds, for it waits while the client is slow.
 */
final class SnapshotStream extends OutputStream {
    /** Bytes of one message's piece. */
    private static final int PIECE_BYTES = 32 * 1024;

    private static final Log LOG = Log.of(SnapshotStream.class);

    private final String version;
    private final PatientOutlet outlet;
    private final MessageDigest digest = sha256();
    private byte[] piece = new byte[PIECE_BYTES];
    private int filled;
    private long remaining;

    /** @param version the storage version that the messages name */
    SnapshotStream(String version, PatientOutlet outlet) {
        this.version = version;
        this.outlet = outlet;
    }

    /** Sends the view's records and ends the stream; closes the view. */
    void send(ReadView view, Outlet end) {
        try (view;
                outlet) {
            BboltWriter writer = BboltWriter.plan(view);
            remaining = writer.sizeBytes();
            LOG.info("sending database snapshot to client", "total-bytes", remaining);
            writer.write(this);
            flushPiece();
            send(ByteString.copyFrom(digest.digest()));
            LOG.info(
                    "successfully sent database snapshot to client",
                    "total-bytes",
                    writer.sizeBytes());
            end.finish();
        } catch (IOException | RuntimeException e) {
            LOG.warn("failed to send database snapshot to client", "error", e.toString());
            end.fail(new StatusException(Code.UNAVAILABLE, "snapshot: " + e.getMessage()));
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            int taken = Math.min(left, PIECE_BYTES - filled);
            System.arraycopy(bytes, at, piece, filled, taken);
            filled += taken;
            at += taken;
            left -= taken;
            if (filled == PIECE_BYTES) {
                flushPiece();
            }
        }
    }

    private void flushPiece() throws IOException {
        if (filled == 0) {
            return;
        }
        digest.update(piece, 0, filled);
        remaining -= filled;
        send(UnsafeByteOperations.unsafeWrap(piece, 0, filled));
        piece = new byte[PIECE_BYTES];
        filled = 0;
    }

    private void send(ByteString blob) throws IOException {
        outlet.send(
                Payload.of(
                        SnapshotResponse.newBuilder()
                                .setRemainingBytes(remaining)
                                .setBlob(blob)
                                .setVersion(version)
                                .build()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
