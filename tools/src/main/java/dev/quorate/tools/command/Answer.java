package dev.quorate.tools.command;

/**
 * What the program prints and ends with, because its line asks for help or completion, or cannot be read.
 *
 * @param out for standard output
 * @param err for standard error
 */
public record Answer(String out, String err, int exitCode) implements Reading {}
