/**
 * Forms of output that the command line tools share: tables, sizes, errors of files in Go's words, and the streams of a process.
 *
 * <p>Knows no command and no message.
 */
@NullMarked
package dev.quorate.tools.print;

import org.jspecify.annotations.NullMarked;
