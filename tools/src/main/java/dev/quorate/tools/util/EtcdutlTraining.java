package dev.quorate.tools.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What the JVM watches when the build makes the AOT cache of {@code bin/etcdutl}. */
public final class EtcdutlTraining {
    private EtcdutlTraining() {}

    public static void main(String[] arguments) throws IOException {
        Path scratch = Files.createTempDirectory("quorate-training");
        try {
            TrainingRuns.run(scratch);
        } finally {
            try (Stream<Path> paths = Files.walk(scratch)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
