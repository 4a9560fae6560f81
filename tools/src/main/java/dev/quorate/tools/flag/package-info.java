/**
 * Command lines, environment and configuration values with the rules of Go's {@code flag} package, as etcd's users type them.
 *
 * <pre>
 *   -name x   --name x   -name=x   --name=x     all the same
 *   -flag     -flag=true   -flag=false          a boolean never takes the next word
 *   --                                          ends the flags, and so does the first word without a dash
 * </pre>
 *
 * <p>A {@link dev.quorate.tools.flag.FlagSet} is a table of {@link dev.quorate.tools.flag.Flag}s; parsing gives
 * {@link dev.quorate.tools.flag.FlagValues}, which remember what was set and what is a default. Errors carry Go's sentences,
 * because scripts match them.
 *
 * <p>Does not know any flag by name, and does not do subcommands: those of etcdctl and etcdutl are read by {@code tools.command}.
 */
@NullMarked
package dev.quorate.tools.flag;

import org.jspecify.annotations.NullMarked;
