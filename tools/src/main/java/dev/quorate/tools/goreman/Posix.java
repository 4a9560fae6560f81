package dev.quorate.tools.goreman;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The few calls of the C library that the JDK has no words for. Thread-safe. */
final class Posix {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle KILL =
            handle(
                    "kill",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle SIGNAL =
            handle(
                    "signal",
                    FunctionDescriptor.of(
                            ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final MethodHandle ISATTY =
            handle("isatty", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private static final MethodHandle PIPE =
            handle("pipe", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final MethodHandle CLOSE =
            handle("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private static final int STANDARD_OUTPUT = 1;

    private Posix() {}

    @SuppressWarnings(
            "restricted") // kill, signal, isatty, pipe and close, with the types of their man pages
    private static MethodHandle handle(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
    }

    /**
     * Sends a signal to a process, or to a group for a negated id.
     *
     * @return whether somebody was there to get it
     */
    static boolean kill(long pid, StopSignal signal) {
        try {
            return (int) KILL.invokeExact((int) pid, signal.number()) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("kill(2) cannot be called", e);
        }
    }

    /**
     * Lets a signal act again. A shell starts what it puts into the background with SIGINT ignored; the JVM would keep that and hand it
     * down to every child, which could then not be stopped by SIGINT.
     */
    static void restoreDefault(StopSignal signal) {
        try {
            MemorySegment _ =
                    (MemorySegment) SIGNAL.invokeExact(signal.number(), MemorySegment.NULL);
        } catch (Throwable e) {
            throw new IllegalStateException("signal(2) cannot be called", e);
        }
    }

    /** Whether standard output is a terminal. */
    static boolean isOutputTerminal() {
        try {
            return (int) ISATTY.invokeExact(STANDARD_OUTPUT) == 1;
        } catch (Throwable e) {
            throw new IllegalStateException("isatty(3) cannot be called", e);
        }
    }

    /** Descriptors of the two ends of a new pipe. */
    record Pipe(int readEnd, int writeEnd) {}

    /**
     * Makes a pipe. The JDK's own pipe to a child ends with the child, even if others still write to it.
     *
     * @throws IOException if the process has too many open files
     */
    static Pipe pipe() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            if ((int) PIPE.invokeExact(ends) != 0) {
                throw new IOException("too many open files");
            }
            return new Pipe(
                    ends.getAtIndex(ValueLayout.JAVA_INT, 0),
                    ends.getAtIndex(ValueLayout.JAVA_INT, 1));
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("pipe(2) cannot be called", e);
        }
    }

    static void close(int descriptor) {
        try {
            int _ = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("close(2) cannot be called", e);
        }
    }
}
