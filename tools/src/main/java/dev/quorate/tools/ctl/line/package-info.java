/**
 * Command lines of programs with commands inside commands, read as etcdctl's are: flags anywhere, commands by unique prefixes, help texts
 * from tables, and errors in the same words.
 */
@NullMarked
package dev.quorate.tools.ctl.line;

import org.jspecify.annotations.NullMarked;
