/**
 * Command lines with commands inside commands, in the way of etcdctl and etcdutl (Go's cobra and pflag): a tree of commands, options in GNU
 * style, help texts from the tree, completion for shells, and complaints in the words of the originals.
 *
 * <pre>
 *   etcdutl snapshot status FILE -w json    words name a command, from the program down; options stand anywhere
 *   etcdutl sn st FILE                      a beginning will do if it names one command
 *   -w json   -wjson   -w=json   --write-out json   --write-out=json   all the same
 *   --                                      ends the options
 * </pre>
 *
 * <p>A {@link dev.quorate.tools.command.Command} is a table; {@link dev.quorate.tools.command.CommandLine} reads words against it and gives
 * a {@link dev.quorate.tools.command.Reading}: either a {@link dev.quorate.tools.command.Line} for the program to run, or the
 * {@link dev.quorate.tools.command.Answer} to it. Nothing here prints. What differs between programs is a
 * {@link dev.quorate.tools.command.HelpStyle}.
 *
 * <p>Does not know any command by name but {@code help} and {@code completion}. The server's and goreman's flags follow other rules, those of
 * Go's package {@code flag} (one dash or two, no letters, no flags behind the first argument): {@code tools.flag}. What a value may look
 * like is the same for both and stands in {@link dev.quorate.tools.flag.Strconv}.
 */
@NullMarked
package dev.quorate.tools.command;

import org.jspecify.annotations.NullMarked;
