package dev.quorate.tools.ctl;

import dev.quorate.tools.ctl.command.RawArguments;
import dev.quorate.tools.ctl.print.Sink;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;

/** The main class behind {@code bin/etcdctl}. */
public final class Etcdctl {
    private Etcdctl() {}

    public static void main(String[] arguments) {
        CtlProgram program =
                new CtlProgram(
                        new FileInputStream(FileDescriptor.in),
                        new Sink(new FileOutputStream(FileDescriptor.out)),
                        new Sink(new FileOutputStream(FileDescriptor.err)),
                        System.getenv());
        Runtime.getRuntime().halt(program.run(RawArguments.of(arguments)));
    }
}
