/**
 * Where a program's log lines go: standard error, standard output, files, rotated files; and how the lines of libraries get there.
 *
 * <p>{@link dev.quorate.tools.logging.Logging#install} replaces the process's sink and takes over {@code java.util.logging}, to
 * which Netty, Vert.x and the JDK's own {@link System.Logger} write when nothing else is on the class path. Their lines have
 * {@code "logger"} set to the library's short name, and their informational chatter is left out.
 *
 * <p>Does not encode lines (see {@code dev.quorate.log}) and does not speak journald's protocol: under systemd standard error
 * already ends in the journal.
 */
@NullMarked
package dev.quorate.tools.logging;

import org.jspecify.annotations.NullMarked;
