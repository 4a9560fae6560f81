package dev.quorate.tools.command;

/** What became of a command line: something for the program to do, or an answer that follows from the table of commands alone. */
public sealed interface Reading permits Line, Answer {}
