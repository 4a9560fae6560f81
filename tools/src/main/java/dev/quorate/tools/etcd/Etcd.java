package dev.quorate.tools.etcd;

import java.util.List;

/** The main class behind {@code bin/etcd}. */
public final class Etcd {
    private Etcd() {}

    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        EtcdMain.run(arguments, options -> EtcdProgram.start(options, words));
    }
}
