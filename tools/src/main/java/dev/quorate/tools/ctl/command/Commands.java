package dev.quorate.tools.ctl.command;

import dev.quorate.client.rpc.RpcException;

/** Runs the command that a line names. */
public final class Commands {
    private Commands() {}

    /**
     * Runs it to its end.
     *
     * @throws CtlException if it fails
     */
    public static void run(Run run) {
        try {
            switch (run.line().command().pathInside()) {
                case "put" -> KeyCommands.put(run);
                case "get" -> KeyCommands.get(run);
                case "del" -> KeyCommands.del(run);
                case "version" -> TextCommands.version(run);
                case "options" -> TextCommands.options(run);
                case "help" -> TextCommands.help(run);
                default -> throw new IllegalStateException(run.line().command().path());
            }
        } catch (RpcException e) {
            throw new CtlException(CtlException.ERROR, String.valueOf(e.getMessage()));
        }
    }
}
