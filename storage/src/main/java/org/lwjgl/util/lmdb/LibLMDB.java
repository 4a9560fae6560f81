package org.lwjgl.util.lmdb;

/** What the library needs before its first use. */
public final class LibLMDB {
    private LibLMDB() {}

    /** Gives the library the functions of C's allocator, by address; those with {@code aligned} may be 0 where C has none. */
    public static native void setupMalloc(
            long malloc, long calloc, long realloc, long free, long alignedAlloc, long alignedFree);
}
