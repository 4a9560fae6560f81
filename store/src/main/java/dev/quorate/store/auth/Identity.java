package dev.quorate.store.auth;

/**
 * Who asks.
 *
 * @param username empty if no one is logged in
 * @param authRevision revision of users and roles under which the login was checked; 0 without login
 */
public record Identity(String username, long authRevision) {
    /** No login. */
    public static final Identity NONE = new Identity("", 0);
}
