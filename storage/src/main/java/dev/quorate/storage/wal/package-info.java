/**
 * The write-ahead log: what raft has promised, in the files that etcd writes.
 *
 * <p>A directory holds segments named by sequence number and by the index of the first entry that
 * may be inside. Records follow each other through all segments under one running checksum.
 *
 * <pre>
 *   wal/0000000000000000-0000000000000000.wal     seq 0, entries from 0
 *   wal/0000000000000001-0000000000009c41.wal     seq 1, entries from 40001
 *   wal/0.tmp                                     the next segment, prepared ahead
 *
 *   segment:   crc   metadata   snapshot(0,0) | state   entry   entry   state   ...   zeros
 *              \__________ head ________________/
 *
 *   frame, always at a multiple of 8 bytes:
 *     +----------------+-----------------------+-----------+
 *     | length (8, LE) | walpb.Record          | 0..7 zero |
 *     +----------------+-----------------------+-----------+
 *       bits 0..55 record bytes; bits 56..58 padding bytes; bit 63 set when there is padding
 *
 *   record:  type (1 metadata, 2 entry, 3 state, 4 crc, 5 snapshot)
 *            crc   CRC-32C over the data of all records up to and including this one
 *            data
 * </pre>
 *
 * <p>A length of zero ends a segment. Entries are never rewritten: an entry whose index was there
 * before replaces that one and all behind it.
 *
 * <h2>After a crash</h2>
 *
 * What was not synced may be there in part, by sectors of 512 bytes. A record at the end of the
 * last segment with a sector of zeros inside is <em>torn</em>: nobody was told that it is durable,
 * so {@link Wal#open} keeps a copy of the file ({@code .broken}), cuts the file and goes on. Any
 * other mismatch means that durable bytes have changed; it is refused as a {@link
 * dev.quorate.storage.CorruptionException} with file and offset. Two checks go beyond etcd's: a
 * record that is intact but for its length field, and a zero length with other bytes behind it in
 * the same sector, are damage and not the end. What no reader can tell: a type changed in the very
 * last record (the checksum does not cover types), and a lone length at the end of a sector that
 * has become zero (so looks a crash, too).
 *
 * <p>The package knows nothing of raft's rules, does not decide when to sync, compresses nothing,
 * and starts no threads.
 */
@NullMarked
package dev.quorate.storage.wal;

import org.jspecify.annotations.NullMarked;
