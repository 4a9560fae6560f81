package dev.quorate.tools.util;

import dev.quorate.log.Log;
import dev.quorate.tools.print.StandardStreams;
import java.time.InstantSource;

/** The main class behind {@code bin/etcdutl}. */
public final class Etcdutl {
    private Etcdutl() {}

    public static void main(String[] arguments) {
        StandardStreams streams = new StandardStreams();
        Log.install(new ConsoleSink(streams.err(), InstantSource.system()));
        streams.runAndExit(
                words -> new EtcdutlCommand(streams.out(), streams.err()).run(words), arguments);
    }
}
