package dev.quorate.tools.etcd;

/** A configuration that cannot work; the message is etcd's sentence. */
public final class InvalidConfigException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidConfigException(String message) {
        super(message);
    }
}
