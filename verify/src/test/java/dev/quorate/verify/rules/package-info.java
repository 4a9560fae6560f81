/**
 * Keeps the house in order: what may know what, who may touch the world, and what a tidy source tree looks like.
 *
 * <pre>
 *   classes of all modules ──► ArchitectureTest   edges, files, sockets, threads, clocks, order
 *   files of the tree      ──► TidyTest           package chapters, leftovers, links, spaces
 * </pre>
 *
 * <p>A rule lists its exceptions beside it, each with its reason; a class that starts a thread is allowed to when {@code docs/threads.md}
 * names it. The coarse edges between modules are Maven's and not repeated here.
 *
 * <p>What it does not do: judge formatting (Spotless does), nullness (NullAway does) or behavior.
 */
@NullMarked
package dev.quorate.verify.rules;

import org.jspecify.annotations.NullMarked;
