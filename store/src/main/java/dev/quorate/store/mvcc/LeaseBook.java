package dev.quorate.store.mvcc;

/** What the key-value store asks of leases. Called by the apply thread. */
public interface LeaseBook {
    /** Whether there is such a lease. */
    boolean exists(long lease);

    /** Ties a key to a lease; unknown leases are ignored. */
    void attach(long lease, byte[] key);

    /** Unties a key from a lease; unknown leases and keys are ignored. */
    void detach(long lease, byte[] key);
}
