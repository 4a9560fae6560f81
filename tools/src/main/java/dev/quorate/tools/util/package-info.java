/**
 * etcdutl: what is done to snapshots and to the files of a member that does not run.
 *
 * <p>{@link dev.quorate.tools.util.Etcdutl} is the main class, {@code EtcdutlCommand} the table of commands; each command has a class.
 * A {@code DatabaseFile} is a snapshot, etcd's database or ours. Writing is done by {@code server.offline}.
 *
 * <p>Talks to no server.
 */
@NullMarked
package dev.quorate.tools.util;

import org.jspecify.annotations.NullMarked;
