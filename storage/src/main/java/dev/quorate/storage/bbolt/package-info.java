/**
 * Reads and writes bbolt files, the form in which etcd hands a whole database from one program to another.
 *
 * <p>Snapshots, backups and the database of a Go member are such files. All integers are little-endian.
 *
 * <pre>
 *   file    | meta 0 | meta 1 | page 2 | page 3 | ...        page n starts at n x page size
 *   page    | id u64 | flags u16 | count u16 | overflow u32 | elements | data |
 *   meta    | magic u32 | version u32 | page size u32 | 0 u32 | root u64 | sequence u64 | freelist u64
 *           | high water u64 | transaction u64 | FNV-1a 64 of all before u64 |
 *   branch  element | pos u32 | key size u32 | child page u64 |
 *   leaf    element | flags u32 | pos u32 | key size u32 | value size u32 |   pos counts from the element's own start
 *   bucket  value of an element with flag 1: | root page u64 | sequence u64 | and, if the root is 0, a leaf page image |
 * </pre>
 *
 * <p>{@link dev.quorate.storage.bbolt.BboltReader} walks from the root and believes nothing it has not checked. {@link
 * dev.quorate.storage.bbolt.BboltWriter} writes a file front to back in one pass, after a pass that computes its size: leaves as they
 * fill, each branch page behind its last child, the root last, so that memory stays at one page per level.
 *
 * <p>It does not change a file in place and it does not know what the records mean.
 */
@NullMarked
package dev.quorate.storage.bbolt;

import org.jspecify.annotations.NullMarked;
