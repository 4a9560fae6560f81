package dev.quorate.verify.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Habits that no compiler checks, over every file of the tree. */
final class TidyTest {
    private static final String SELF =
            "verify/src/test/java/dev/quorate/verify/rules/TidyTest.java";

    /** Name the words that are forbidden elsewhere. */
    private static final Set<String> SPEAKS_OF_RULES = Set.of("STYLE.md", SELF);

    /** Wait for processes of other projects, which nothing inside this JVM can signal. */
    private static final Set<String> POLLS_PROCESSES =
            Set.of(
                    "verify/src/test/java/dev/quorate/verify/conform/Deadline.java",
                    "verify/src/test/java/dev/quorate/verify/conform/Shell.java");

    /** Maven's wrapper, unchanged but for the line that finds a JDK. */
    private static final String MAVEN_WRAPPER = "mvnw";

    private static final Set<String> ENDINGS =
            Set.of(
                    "java",
                    "proto",
                    "xml",
                    "md",
                    "txt",
                    "script",
                    "calls",
                    "sh",
                    "py",
                    "go",
                    "mod",
                    "sum",
                    "mjs",
                    "js",
                    "css",
                    "html",
                    "svg",
                    "json",
                    "yml",
                    "yaml",
                    "properties",
                    "config",
                    "editorconfig",
                    "gitattributes",
                    "gitignore",
                    "conf",
                    "service");

    private static final Pattern FIRST_PARAGRAPH =
            Pattern.compile("/\\*\\*(.*?)(<p|\\*/)", Pattern.DOTALL);
    private static final Pattern LEFTOVER =
            Pattern.compile("\\b(TODO|FIXME|XXX)\\b|@Disabled\\b|Placeholder sentence");
    private static final Pattern SPACE_AT_END = Pattern.compile("[ \\t]+$", Pattern.MULTILINE);
    private static final Pattern OTHER_ORIGIN =
            Pattern.compile("(?i)licensed under|licensed to|all rights reserved|copyright \\(c\\)");
    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.$}])/(work|root|Users|home/[a-z]+)/|\\b[A-Z]:\\\\\\\\Users");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
    private static final int LINES_MAX = 800;

    private static Tree tree;

    @BeforeAll
    static void readTree() {
        tree = Tree.read();
    }

    @Test
    void packagesSayWhatTheyAreFor() {
        Set<String> wrong = new TreeSet<>();
        for (Path file : tree.named(".java")) {
            Path info = file.resolveSibling("package-info.java");
            String shown = tree.shown(file);
            if (!shown.contains("/src/main/java/") && !Files.exists(info)) {
                continue; // a test in the package that it tests
            }
            if (!Files.exists(info)) {
                wrong.add(tree.shown(info) + ": missing");
                continue;
            }
            String text = Tree.text(info);
            if (!text.contains("@NullMarked")) {
                wrong.add(tree.shown(info) + ": not @NullMarked");
            }
            if (!hasFirstSentence(text)) {
                wrong.add(tree.shown(info) + ": no first sentence");
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean hasFirstSentence(String packageInfo) {
        Matcher paragraph = FIRST_PARAGRAPH.matcher(packageInfo);
        return paragraph.find()
                && paragraph.group(1).contains(".")
                && paragraph.group(1).replace('*', ' ').strip().split("\\s+").length >= 4;
    }

    @Test
    void nothingIsLeftOver() {
        refuse(LEFTOVER, SPEAKS_OF_RULES);
    }

    @Test
    void testsDoNotSleep() {
        List<String> found = new ArrayList<>();
        for (Path file : tree.named(".java")) {
            String shown = tree.shown(file);
            if (shown.contains("/src/test/")
                    && !POLLS_PROCESSES.contains(shown)
                    && !SPEAKS_OF_RULES.contains(shown)
                    && Tree.text(file).contains("Thread.sleep(")) {
                found.add(shown);
            }
        }
        assertThat(found).as("wait for a condition with a deadline instead").isEmpty();
    }

    @Test
    void linesEndCleanly() {
        refuse(SPACE_AT_END, Set.of(MAVEN_WRAPPER));
        List<String> found = new ArrayList<>();
        eachText((shown, text) -> {
            if (!text.isEmpty() && !text.endsWith("\n") || text.indexOf('\r') >= 0) {
                found.add(shown);
            }
        });
        assertThat(found).as("no line feed at the end, or carriage returns").isEmpty();
    }

    @Test
    void filesAreOurOwn() {
        List<String> found = new ArrayList<>();
        for (Path file : tree.files()) {
            String name = file.getFileName().toString();
            boolean program = name.indexOf('.') < 0;
            if (!program && !ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1))) {
                found.add(tree.shown(file));
            }
        }
        assertThat(found).as("kinds of files that nobody writes by hand").isEmpty();
        refuse(OTHER_ORIGIN, Set.of(MAVEN_WRAPPER, "LICENSE", SELF));
    }

    @Test
    void programsCanBeRun() {
        List<String> found = new ArrayList<>();
        for (Path file : tree.files()) {
            String shown = tree.shown(file);
            boolean script = Tree.text(file).startsWith("#!") && !shown.startsWith("bin/lib/");
            if (script && !Files.isExecutable(file)) {
                found.add(shown);
            }
        }
        assertThat(found).as("start with #! but are not executable").isEmpty();
    }

    @Test
    void nobodysMachineShows() {
        refuse(MACHINE_PATH, Set.of(SELF));
    }

    @Test
    void documentsHaveOneTitle() {
        Set<String> wrong = new TreeSet<>();
        for (Path file : tree.named(".md")) {
            boolean code = false;
            int titles = 0;
            for (String line : Tree.text(file).split("\n")) {
                code ^= line.startsWith("```");
                titles += !code && line.startsWith("# ") ? 1 : 0;
            }
            if (titles != 1 || !Tree.text(file).startsWith("# ")) {
                wrong.add(tree.shown(file) + ": " + titles + " titles");
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void linksLeadSomewhere() {
        Set<String> dead = new TreeSet<>();
        for (Path file : tree.named(".md")) {
            Matcher link = LINK.matcher(Tree.text(file));
            while (link.find()) {
                String target = link.group(1);
                if (!target.contains(":") && !Files.exists(file.resolveSibling(target))) {
                    dead.add(tree.shown(file) + " -> " + target);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    @Test
    void filesStayReadable() {
        Set<String> tooLong = new TreeSet<>();
        for (Path file : tree.named(".java")) {
            long lines = Tree.text(file).lines().count();
            if (lines > LINES_MAX) {
                tooLong.add(tree.shown(file) + ": " + lines);
            }
        }
        assertThat(tooLong).as("split what has more than " + LINES_MAX + " lines").isEmpty();
    }

    private static void refuse(Pattern pattern, Set<String> exceptions) {
        Set<String> found = new TreeSet<>();
        eachText((shown, text) -> {
            Matcher matcher = pattern.matcher(text);
            if (!exceptions.contains(shown) && matcher.find()) {
                long line = text.substring(0, matcher.start()).lines().count() + 1;
                found.add(shown + ":" + line + ": \"" + matcher.group().strip() + "\"");
            }
        });
        assertThat(found).isEmpty();
    }

    private static void eachText(BiConsumer<String, String> visitor) {
        for (Path file : tree.files()) {
            visitor.accept(tree.shown(file), Tree.text(file));
        }
    }
}
