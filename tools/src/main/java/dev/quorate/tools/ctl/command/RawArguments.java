package dev.quorate.tools.ctl.command;

import com.google.protobuf.ByteString;
import dev.quorate.tools.flag.Quote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Command lines as octets. The JVM reads arguments in the charset of the locale and loses what does not fit, but keys and values of etcd may
 * hold anything. Where an argument is not plain ASCII the words are read again from the kernel; octets that are not UTF-8 become lone
 * surrogates U+DC80 to U+DCFF, and octets again in {@link #octets}.
 */
public final class RawArguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final int ESCAPE = 0xdc00;

    private RawArguments() {}

    /** The words as they were typed. */
    public static List<String> of(String[] arguments) {
        for (String argument : arguments) {
            if (!isAscii(argument)) {
                return again(arguments);
            }
        }
        return List.of(arguments);
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static List<String> again(String[] arguments) {
        byte[] line;
        try {
            line = Files.readAllBytes(COMMAND_LINE);
        } catch (IOException e) {
            return List.of(arguments); // another system: the JVM's reading has to do
        }
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < line.length; i++) {
            if (line[i] == 0) {
                words.add(text(line, start, i));
                start = i + 1;
            }
        }
        return words.size() < arguments.length
                ? List.of(arguments)
                : words.subList(words.size() - arguments.length, words.size());
    }

    static String text(byte[] octets, int from, int to) {
        byte[] word = Arrays.copyOfRange(octets, from, to);
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < word.length) {
            int length = Quote.sequence(word, at);
            if (length == 0) {
                out.append((char) (ESCAPE | (word[at++] & 0xff)));
            } else {
                out.append(new String(word, at, length, StandardCharsets.UTF_8));
                at += length;
            }
        }
        return out.toString();
    }

    /** The octets that were typed. */
    public static ByteString octets(String text) {
        boolean escaped = false;
        for (int i = 0; i < text.length(); i++) {
            escaped |= isEscape(text, i);
        }
        if (!escaped) {
            return ByteString.copyFromUtf8(text);
        }
        ByteString.Output out = ByteString.newOutput();
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                byte[] before = plain.toString().getBytes(StandardCharsets.UTF_8);
                out.write(before, 0, before.length);
                plain.setLength(0);
                out.write(text.charAt(i) & 0xff);
            } else {
                plain.append(text.charAt(i));
            }
        }
        byte[] rest = plain.toString().getBytes(StandardCharsets.UTF_8);
        out.write(rest, 0, rest.length);
        return out.toByteString();
    }

    private static boolean isEscape(String text, int at) {
        char c = text.charAt(at);
        boolean pair = at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
        return c >= 0xdc80 && c <= 0xdcff && !pair;
    }
}
