/**
 * The entry points of LMDB's library that the engine calls, nothing else. The library is the one that LWJGL builds and publishes; the JVM
 * finds a native method by the names of its package and class, which is why this package is not called after the project.
 *
 * <p>LWJGL's own classes would do more than is needed here and take a tenth of a second of a start for it; docs/adr/0003-engine-lmdb.md
 * tells. All pointers are addresses in a {@code long}; who calls answers for their meaning.
 */
@NullMarked
package org.lwjgl.util.lmdb;

import org.jspecify.annotations.NullMarked;
