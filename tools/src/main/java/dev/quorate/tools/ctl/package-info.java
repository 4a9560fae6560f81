/**
 * The program {@code etcdctl}: the command line client of etcd 3.7.1, for a server of any origin.
 *
 * <p>{@code line} reads command lines, {@code print} writes answers in five formats, {@code command} does what the commands say, and this
 * package joins them. Built to start fast: a command loads what it uses and no more, so the tree of commands is plain tables, and which class
 * runs one is decided when it is known. The table of commands, flags, texts and exit codes is that of etcdctl; docs/tools/etcdctl.md says
 * where the two differ.
 */
@NullMarked
package dev.quorate.tools.ctl;

import org.jspecify.annotations.NullMarked;
