/**
 * Structured log lines, as etcd's operators and test programs know them.
 *
 * <p>Code asks for a {@link dev.quorate.log.Log} once per class and hands over a constant message and alternating keys and
 * values; how a line looks and where it goes is the business of the one {@link dev.quorate.log.Sink} of the process. A line in
 * the JSON form, which is the default of the programs:
 *
 * <pre>
 *   {"level":"info","ts":"2026-11-21T00:00:00.123456Z","caller":"server/Node.java:123","msg":"became leader","term":2}
 *    ^lower case     ^UTC, always six digits           ^package/file:line              ^constant text       ^fields, in order
 * </pre>
 *
 * <p>The console form has the same parts between tabs, the fields as one JSON object at the end. Both are the encodings of the
 * zap library with etcd's settings.
 *
 * <p>Does not open files, rotate them or capture what libraries log: the programs do. Does not format messages: a value that
 * changes belongs into a field.
 */
@NullMarked
package dev.quorate.log;

import org.jspecify.annotations.NullMarked;
