package dev.quorate.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LmdbLibraryTest {
    @ParameterizedTest
    @CsvSource({
        "Linux, amd64, linux/x64/org/lwjgl/lmdb/liblwjgl_lmdb.so",
        "Linux, aarch64, linux/arm64/org/lwjgl/lmdb/liblwjgl_lmdb.so",
        "Mac OS X, x86_64, macos/x64/org/lwjgl/lmdb/liblwjgl_lmdb.dylib",
        "Mac OS X, aarch64, macos/arm64/org/lwjgl/lmdb/liblwjgl_lmdb.dylib",
        "Windows 11, amd64, windows/x64/org/lwjgl/lmdb/lwjgl_lmdb.dll"
    })
    void everySystemThatIsShippedForHasItsLibrary(String name, String architecture, String place)
            throws IOException {
        assertThat(LmdbLibrary.place(name, architecture)).isEqualTo(place);
        assertThat(getClass().getClassLoader().getResource(place)).isNotNull();
    }

    @Test
    void anotherSystemIsNamed() {
        assertThatThrownBy(() -> LmdbLibrary.place("SunOS", "sparc"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("SunOS sparc");
    }

    @Test
    void codesHaveTexts() throws IOException {
        LmdbLibrary.load();
        assertThat(LmdbMemory.text(LmdbMemory.NOT_FOUND)).startsWith("MDB_NOTFOUND");
        assertThat(LmdbMemory.text(2)).isEqualTo("No such file or directory");
    }
}
