package dev.quorate.log;

/**
 * One log line before it is encoded. The array is not copied: neither the sender nor a sink may change it.
 *
 * @param level how urgent
 * @param logger name of a part that marks its lines ({@code raft}), or empty
 * @param caller {@code package/File.java:line}, or empty if it is not known
 * @param message constant text
 * @param fields alternating keys and values
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and made for every line
public record Line(Level level, String logger, String caller, String message, Object[] fields) {}
