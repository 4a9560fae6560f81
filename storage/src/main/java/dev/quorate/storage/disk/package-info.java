/**
 * The port to files and directories: what the rest of Quorate may ask of a disk, and nothing else.
 *
 * <pre>
 *      wal   snap   data directory   ...
 *        \     |        /
 *         v    v       v
 *      Disk ---open---> DiskFile        paths are strings with '/' between names
 *        |
 *        +-- RealDisk    the machine's file system
 *        +-- MemDisk     memory; crashClone() shows what a power cut could leave behind
 *        +-- FaultyDisk  wraps another disk and fails on demand
 * </pre>
 *
 * <p>Three promises are all that the code above relies on, and {@link MemDisk} grants no more than
 * these, so that a missing sync is found by a test:
 *
 * <ol>
 *   <li>bytes are durable after {@link DiskFile#sync()} of their file;
 *   <li>a created, renamed or deleted name is durable after {@link Disk#syncDirectory} of its
 *       directory;
 *   <li>a 512-byte sector is written whole or not at all; sectors of one write may survive a crash
 *       in any combination.
 * </ol>
 *
 * <p>The package does not cache, retry or log, and it offers no streams: a failed call leaves the
 * decision to its caller, which stops using the file (a failed sync may have dropped the pages).
 */
@NullMarked
package dev.quorate.storage.disk;

import org.jspecify.annotations.NullMarked;
