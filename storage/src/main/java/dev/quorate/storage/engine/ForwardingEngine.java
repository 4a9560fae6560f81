package dev.quorate.storage.engine;

import java.io.IOException;

/** Stands before another engine and passes everything on; for tests and the simulator, which change a part of that. */
public class ForwardingEngine implements Engine {
    private final Engine engine;

    /** @param engine where everything goes */
    public ForwardingEngine(Engine engine) {
        this.engine = engine;
    }

    @Override
    public void commit(WriteBatch batch) throws IOException {
        engine.commit(batch);
    }

    @Override
    public void replaceAll(RecordSource source) throws IOException {
        engine.replaceAll(source);
    }

    @Override
    public ReadView read() {
        return engine.read();
    }

    @Override
    public long sizeBytes() {
        return engine.sizeBytes();
    }

    @Override
    public long usedBytes() {
        return engine.usedBytes();
    }

    @Override
    public void close() {
        engine.close();
    }
}
