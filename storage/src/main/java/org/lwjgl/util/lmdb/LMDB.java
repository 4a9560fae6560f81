package org.lwjgl.util.lmdb;

/** Functions of LMDB, as its header {@code lmdb.h} describes them; those that return an {@code int} return 0, an errno or a code of LMDB. */
@SuppressWarnings("MemberName") // the JVM derives the symbol from the name
public final class LMDB {
    private LMDB() {}

    public static native int nmdb_env_create(long env);

    public static native int nmdb_env_open(long env, long path, int flags, int mode);

    public static native int nmdb_env_stat(long env, long stat);

    public static native int nmdb_env_info(long env, long info);

    public static native int nmdb_env_set_mapsize(long env, long bytes);

    public static native int nmdb_env_set_maxreaders(long env, int readers);

    public static native int nmdb_env_set_maxdbs(long env, int databases);

    public static native void nmdb_env_close(long env);

    public static native int nmdb_txn_begin(long env, long parent, int flags, long txn);

    public static native int nmdb_txn_commit(long txn);

    public static native void nmdb_txn_abort(long txn);

    public static native void nmdb_txn_reset(long txn);

    public static native int nmdb_txn_renew(long txn);

    public static native int nmdb_dbi_open(long txn, long name, int flags, long database);

    /** Empties a database, or with {@code delete} 1 also forgets it. */
    public static native int nmdb_drop(long txn, int database, int delete);

    public static native int nmdb_stat(long txn, int database, long stat);

    public static native int nmdb_get(long txn, int database, long key, long data);

    public static native int nmdb_put(long txn, int database, long key, long data, int flags);

    public static native int nmdb_del(long txn, int database, long key, long data);

    public static native int nmdb_cursor_open(long txn, int database, long cursor);

    public static native int nmdb_cursor_get(long cursor, long key, long data, int operation);

    public static native void nmdb_cursor_close(long cursor);

    /** Address of a text that ends with a zero byte and is never freed. */
    public static native long nmdb_strerror(int code);
}
