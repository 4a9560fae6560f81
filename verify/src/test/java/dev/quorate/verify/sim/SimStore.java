package dev.quorate.verify.sim;

import dev.quorate.storage.engine.Engine;
import dev.quorate.storage.engine.LmdbEngine;
import dev.quorate.storage.engine.MemEngine;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The database of a place, which outlives the processes there: what was committed is there whatever happens, nothing else is. */
interface SimStore {
    /** Makes an empty database. */
    interface Maker {
        SimStore make();
    }

    /** For a process that starts. */
    Engine open() throws IOException;

    /** The process that had it open is gone. */
    void crash();

    /** Nobody will ask for it again. */
    void close();

    /** In memory. */
    static SimStore inMemory() {
        return new SimStore() {
            private MemEngine engine = new MemEngine();

            @Override
            public Engine open() {
                return engine;
            }

            @Override
            public void crash() {
                engine = engine.crashClone();
            }

            @Override
            public void close() {}
        };
    }

    /** The real one, in a directory. */
    static SimStore onDisk(Path directory) {
        return new SimStore() {
            private static final long MAP_BYTES = 64 << 20;
            private @Nullable LmdbEngine engine;

            @Override
            public Engine open() throws IOException {
                // Not sooner, for the process may have died while it was reading.
                close();
                LmdbEngine opened = LmdbEngine.open(directory, MAP_BYTES);
                engine = opened;
                return opened;
            }

            @Override
            public void crash() {}

            @Override
            public void close() {
                if (engine != null) {
                    engine.close();
                    engine = null;
                }
            }
        };
    }
}
