package dev.quorate.server.offline;

import dev.quorate.storage.disk.DiskFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes a file from its beginning. Does not sync it and does not close it. */
final class DiskOutput extends OutputStream {
    private final DiskFile file;
    private long at;

    DiskOutput(DiskFile file) {
        this.file = file;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        file.writeAt(ByteBuffer.wrap(bytes, offset, length), at);
        at += length;
    }
}
