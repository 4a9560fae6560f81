package dev.quorate.tools.goreman;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The main class behind {@code bin/goreman}. */
public final class Goreman {
    private Goreman() {}

    public static void main(String[] arguments) {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        GoremanCommand command =
                new GoremanCommand(out, err, System.getenv(), Path.of("").toAbsolutePath());
        int code = command.run(List.of(arguments));
        out.flush();
        err.flush();
        Runtime.getRuntime().halt(code); // a signal that comes now must not change the code
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
