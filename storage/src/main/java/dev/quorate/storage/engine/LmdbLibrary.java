package dev.quorate.storage.engine;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.lwjgl.util.lmdb.LibLMDB;

/**
 * LMDB's library in this process: loaded once, from the directory that the system property {@value #DIRECTORY} names, where a distribution
 * has it unpacked, or else from the class path.
 */
final class LmdbLibrary {
    /** Holds {@code linux/x64/…} and so on, as LWJGL's archives do. */
    static final String DIRECTORY = "quorate.native";

    private static boolean loaded;

    private LmdbLibrary() {}

    @SuppressWarnings("restricted")
    private static void open(Path file) {
        System.load(file.toAbsolutePath().toString());
    }

    /** @throws IOException when there is none for this system, or it cannot be loaded */
    static synchronized void load() throws IOException {
        if (loaded) {
            return;
        }
        String place = place(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
        try {
            Path unpacked = unpacked(place);
            if (unpacked == null) {
                loadFromClassPath(place);
            } else {
                open(unpacked);
            }
        } catch (UnsatisfiedLinkError e) {
            throw new IOException("cannot load the database library " + place, e);
        }
        SymbolLookup c = Linker.nativeLinker().defaultLookup();
        LibLMDB.setupMalloc(
                address(c, "malloc"),
                address(c, "calloc"),
                address(c, "realloc"),
                address(c, "free"),
                address(c, "aligned_alloc"),
                address(c, "free"));
        loaded = true;
    }

    /** Where LWJGL's archives have the library for a system, as {@code os.name} and {@code os.arch} call it. */
    static String place(String name, String architecture) throws IOException {
        String system = name.toLowerCase(Locale.ROOT);
        String machine =
                switch (architecture) {
                    case "amd64", "x86_64" -> "x64";
                    case "aarch64", "arm64" -> "arm64";
                    default -> architecture;
                };
        if (system.startsWith("linux")) {
            return "linux/" + machine + "/org/lwjgl/lmdb/liblwjgl_lmdb.so";
        } else if (system.startsWith("mac")) {
            return "macos/" + machine + "/org/lwjgl/lmdb/liblwjgl_lmdb.dylib";
        } else if (system.startsWith("windows")) {
            return "windows/" + machine + "/org/lwjgl/lmdb/lwjgl_lmdb.dll";
        }
        throw new IOException("the database has no library for " + name + " " + architecture);
    }

    private static @Nullable Path unpacked(String place) {
        String directory = System.getProperty(DIRECTORY);
        if (directory == null) {
            return null;
        }
        Path file = Path.of(directory, place);
        return Files.isRegularFile(file) ? file : null;
    }

    /** A library has to be a file; where the system allows, it goes as soon as it is loaded. */
    private static void loadFromClassPath(String place) throws IOException {
        try (InputStream bytes = LmdbLibrary.class.getClassLoader().getResourceAsStream(place)) {
            if (bytes == null) {
                throw new IOException(
                        "the database has no library for this system: " + place + " is missing");
            }
            Path file =
                    Files.createTempFile("quorate-", place.substring(place.lastIndexOf('/') + 1));
            try {
                Files.copy(bytes, file, StandardCopyOption.REPLACE_EXISTING);
                open(file);
            } finally {
                if (place.startsWith("windows")) {
                    file.toFile().deleteOnExit();
                } else {
                    Files.delete(file);
                }
            }
        }
    }

    private static long address(SymbolLookup c, String function) {
        return c.find(function).map(MemorySegment::address).orElse(0L);
    }
}
