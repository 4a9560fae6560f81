package dev.quorate.tools.etcd;

/** The main class behind {@code bin/etcd}. */
public final class Etcd {
    private Etcd() {}

    public static void main(String[] arguments) {
        EtcdMain.run(arguments, EtcdProgram::start);
    }
}
