/**
 * Command lines with subcommands in the way of etcdctl and etcdutl: a tree of commands, options in GNU style, help texts.
 *
 * <pre>
 *   etcdutl snapshot status FILE -w json    words name a command, from the root down; options stand anywhere
 *   etcdutl sn st FILE                      a beginning will do if it names one command
 *   -w json   -wjson   -w=json   --write-out json   --write-out=json   all the same
 *   --                                      ends the options
 * </pre>
 *
 * <p>A {@link dev.quorate.tools.command.Command} is a table; {@link dev.quorate.tools.command.CommandLine} reads words against it, prints
 * help and complaints in the words of the originals, and calls the {@link dev.quorate.tools.command.Action}. What differs between programs
 * is a {@link dev.quorate.tools.command.HelpStyle}.
 *
 * <p>Does not know any command by name but {@code help}. The server's flags follow other rules: {@code tools.flag}.
 */
@NullMarked
package dev.quorate.tools.command;

import org.jspecify.annotations.NullMarked;
