package dev.quorate.tools.util;

import dev.quorate.tools.command.ExitCode;
import dev.quorate.tools.command.ExitException;
import dev.quorate.tools.command.Line;

/** The forms of {@code --write-out}. */
enum Output {
    FIELDS,
    JSON,
    PROTOBUF,
    SIMPLE,
    TABLE;

    static final String OPTION = "write-out";

    /**
     * The form that was asked for, of a command that has no protobuf form.
     *
     * @throws ExitException in etcdutl's words
     */
    static Output of(Line line) throws ExitException {
        return switch (line.values().text(OPTION)) {
            case "fields" -> FIELDS;
            case "json" -> JSON;
            case "simple" -> SIMPLE;
            case "table" -> TABLE;
            case "protobuf" ->
                    throw new ExitException(
                            ExitCode.BAD_FEATURE, "protobuf not supported as output format");
            default -> throw new ExitException(ExitCode.BAD_FEATURE, "unsupported output format");
        };
    }
}
