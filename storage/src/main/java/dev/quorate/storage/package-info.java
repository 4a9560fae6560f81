/**
 * What Quorate remembers: the only module that opens files.
 *
 * <p>{@code disk} is the port to files, {@code wal} and {@code snap} keep raft's promises in etcd's
 * formats, {@code engine} keeps the ordered keys of the store, {@code bbolt} reads and writes the
 * files in which stores travel. This package itself holds only the error they share; it opens
 * nothing.
 */
@NullMarked
package dev.quorate.storage;

import org.jspecify.annotations.NullMarked;
