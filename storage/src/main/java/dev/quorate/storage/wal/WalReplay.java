package dev.quorate.storage.wal;

import java.util.Arrays;
import java.util.List;

/**
 * What a log holds behind a snapshot.
 *
 * @param metadata the bytes given when the log was created, unchanged
 * @param hardState the last state written, {@link WalHardState#EMPTY} if none was
 * @param entries without gaps, from the index behind the snapshot
 */
@SuppressWarnings("ArrayRecordComponent") // opaque bytes, compared by content below
public record WalReplay(byte[] metadata, WalHardState hardState, List<WalEntry> entries) {

    @Override
    public boolean equals(Object other) {
        return other instanceof WalReplay that
                && Arrays.equals(metadata, that.metadata)
                && hardState.equals(that.hardState)
                && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return hardState.hashCode() * 31 + entries.hashCode();
    }
}
