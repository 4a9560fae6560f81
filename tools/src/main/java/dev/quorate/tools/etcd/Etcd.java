package dev.quorate.tools.etcd;

/** The main class behind {@code bin/etcd}. */
public final class Etcd {
    private Etcd() {}

    public static void main(String[] arguments) {
        EtcdMain.run(arguments, Etcd::start);
    }

    private static Program.Running start(EtcdOptions options) throws StartException {
        throw new StartException("this build contains no server for " + options.server().name());
    }
}
