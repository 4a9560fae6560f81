package dev.quorate.verify.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The edges of ARCHITECTURE.md that Maven cannot see: inside a module, and towards the JDK. */
final class ArchitectureTest {
    private static final String ROOT = "dev.quorate";

    /** Programs: they read configuration and certificates, join the parts, and own console, clock and signals. */
    private static final String TOOLS = "dev.quorate.tools..";

    private static JavaClasses code;

    @BeforeAll
    static void importClasses() {
        code =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .withImportOption(ArchitectureTest::writtenByHand)
                        .importPackages(ROOT);
    }

    /** Leaves out what protoc makes, which is most of all classes. */
    private static boolean writtenByHand(Location location) {
        return !location.contains("/dev/quorate/proto/")
                || location.contains("/dev/quorate/proto/error/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "raft",
                "proto.error",
                "log",
                "metrics",
                "storage",
                "store",
                "server",
                "api",
                "client",
                "tools"
            })
    void rulesSeeEveryModule(String module) {
        assertThat(code.stream().filter(c -> c.getPackageName().startsWith(ROOT + "." + module)))
                .as("a rule over classes that are not there would always hold")
                .hasSizeGreaterThan(2);
    }

    @Test
    void raftIsPure() {
        check(
                classes()
                        .that()
                        .resideInAPackage("dev.quorate.raft..")
                        .should()
                        .onlyDependOnClassesThat(
                                resideInAnyPackage(
                                        "dev.quorate.raft..",
                                        "java.lang",
                                        "java.lang.invoke", // lambdas and records compile to it
                                        "java.lang.runtime", // switches over patterns do
                                        "java.util",
                                        "java.util.function",
                                        "java.util.random",
                                        "org.jspecify.annotations")),
                "a decision must follow from the inputs alone, so that a run can be replayed");
    }

    @Test
    void raftMakesNoRandomnessAndNoThreads() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage("dev.quorate.raft..")
                        .should()
                        .dependOnClassesThat(
                                named(
                                        "java.util.Random",
                                        "java.util.SplittableRandom",
                                        "java.util.Timer",
                                        "java.util.UUID",
                                        "java.util.Date",
                                        "java.lang.Thread",
                                        "java.lang.ThreadLocal",
                                        "java.lang.Runtime",
                                        "java.lang.ProcessBuilder")),
                "the driver hands in ticks and a RandomGenerator");
    }

    @Test
    void stateIsDeterministic() {
        check(
                noClasses()
                        .that()
                        .resideInAnyPackage("dev.quorate.raft..", "dev.quorate.store..")
                        // Roles of a user by name: looked up, never walked.
                        .and()
                        .doNotHaveFullyQualifiedName("dev.quorate.store.auth.AuthState")
                        .should()
                        .dependOnClassesThat(
                                named(
                                        "java.util.HashMap",
                                        "java.util.HashSet",
                                        "java.util.IdentityHashMap",
                                        "java.util.WeakHashMap",
                                        ConcurrentHashMap.class.getName()))
                        .orShould()
                        .accessTargetWhere(calls("java.util.Map", "of", "ofEntries", "copyOf"))
                        .orShould()
                        .accessTargetWhere(calls("java.util.Set", "of", "copyOf")),
                "members must agree, and the order of hash maps differs from run to run");
    }

    @Test
    void filesAreTouchedByStorage() {
        check(
                noClasses()
                        .that(resideOutsideOfPackages("dev.quorate.storage..", TOOLS))
                        // Reads /proc/self for the process_* metrics.
                        .and()
                        .doNotHaveFullyQualifiedName("dev.quorate.api.ops.ProcessMetrics")
                        // Looks at certificates again when they change.
                        .and()
                        .resideOutsideOfPackage("dev.quorate.api.tls")
                        .should()
                        .dependOnClassesThat(
                                touchesFiles().as("open files (a Path alone is only a name)")),
                "crashes and full disks are simulated behind the Disk port");
    }

    @Test
    void onlyStorageWritesByChannel() {
        check(
                noClasses()
                        .that(resideOutsideOfPackages("dev.quorate.storage.."))
                        .should()
                        .dependOnClassesThat(
                                named(
                                        "java.nio.channels.FileChannel",
                                        "java.nio.channels.FileLock",
                                        "java.nio.channels.AsynchronousFileChannel",
                                        "java.nio.MappedByteBuffer",
                                        "java.io.RandomAccessFile")),
                "what must survive a power loss is written in one place");
    }

    @Test
    void socketsAreOpenedByApiAndClient() {
        check(
                noClasses()
                        .that(
                                resideOutsideOfPackages(
                                        "dev.quorate.api..",
                                        "dev.quorate.client.rpc..",
                                        "dev.quorate.client.tls..",
                                        TOOLS))
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage(
                                                "io.vertx..",
                                                "io.netty..",
                                                "java.net.http..",
                                                "javax.net..")
                                        .or(
                                                named(
                                                        "java.net.Socket",
                                                        "java.net.ServerSocket",
                                                        "java.net.DatagramSocket",
                                                        "java.net.HttpURLConnection",
                                                        "java.nio.channels.SocketChannel",
                                                        "java.nio.channels.ServerSocketChannel",
                                                        "java.nio.channels.DatagramChannel"))),
                "services must be callable without a network");
    }

    @Test
    void threadsHaveAPlaceInTheList() {
        String list = Tree.text(Tree.read().resolve("docs/threads.md"));
        Set<String> unnamed = new TreeSet<>();
        for (JavaClass starter : code) {
            if (startsThreads(starter) && !list.contains("`" + place(starter) + "`")) {
                unnamed.add(place(starter));
            }
        }
        assertThat(unnamed)
                .as("classes that start threads and are not in docs/threads.md")
                .isEmpty();
    }

    private static boolean startsThreads(JavaClass candidate) {
        return candidate.getAccessesFromSelf().stream().anyMatch(ArchitectureTest::startsThread);
    }

    private static boolean startsThread(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        if (owner.isEquivalentTo(Thread.class)) {
            return Set.of("<init>", "ofPlatform", "ofVirtual", "startVirtualThread").contains(name);
        }
        return Set.of(
                        "java.util.concurrent.Executors",
                        "java.util.concurrent.ThreadPoolExecutor",
                        "java.util.concurrent.ScheduledThreadPoolExecutor",
                        "java.util.concurrent.ForkJoinPool",
                        "java.util.Timer")
                .contains(owner.getFullName());
    }

    /** A class as docs name it: from the module on, without nested classes. */
    private static String place(JavaClass nested) {
        String name = nested.getFullName().substring(ROOT.length() + 1);
        int dollar = name.indexOf('$');
        return dollar < 0 ? name : name.substring(0, dollar);
    }

    @Test
    void timeAndRandomnessAreHandedIn() {
        check(
                noClasses()
                        .that(
                                resideOutsideOfPackages(
                                        "dev.quorate.api..", "dev.quorate.client..", TOOLS))
                        .should()
                        .accessTargetWhere(readsTheClock())
                        .orShould()
                        .accessTargetWhere(makesRandomness()),
                "a simulator runs members on its own clock and seed; programs hand in the real ones");
    }

    @Test
    void transportsMeasureDeadlinesOnly() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage("dev.quorate.api..")
                        .should()
                        .accessTargetWhere(
                                readsTheClock()
                                        .and(not(calls("java.lang.System", "nanoTime")))
                                        .and(not(calls("java.time.InstantSource", "system")))),
                "Call.deadlineNanos is on the clock of System.nanoTime; the wall clock decides nothing, it only dates answers");
        check(
                noClasses()
                        .that()
                        .resideInAPackage("dev.quorate.client..")
                        .should()
                        .accessTargetWhere(
                                readsTheClock().and(not(calls("java.lang.System", "nanoTime"))))
                        .orShould()
                        .accessTargetWhere(makesRandomness()),
                "deadlines run on System.nanoTime, choices follow from the seed of the configuration");
    }

    @Test
    void theClientStandsAlone() {
        check(
                classes()
                        .that()
                        .resideInAPackage("dev.quorate.client..")
                        .should()
                        .onlyDependOnClassesThat(
                                resideInAnyPackage(
                                        "dev.quorate.client..",
                                        "dev.quorate.proto..",
                                        "com.google.protobuf..",
                                        "java..",
                                        "javax.net..",
                                        "javax.security.auth.x500",
                                        "org.jspecify.annotations")),
                "a command line that starts in a tenth of a second cannot load a network library");
    }

    @Test
    void nothingSleepsOrPrints() {
        check(
                noClasses()
                        .should()
                        .accessTargetWhere(calls("java.lang.Thread", "sleep"))
                        .orShould()
                        .accessTargetWhere(printsStackTraceToStandardError()),
                "owners wait for input, and standard error holds log lines");
        check(
                noClasses()
                        .that(resideOutsideOfPackages(TOOLS))
                        .should()
                        .accessTargetWhere(calls("java.lang.System", "out", "err", "in", "exit"))
                        .orShould()
                        .accessTargetWhere(calls("java.lang.Runtime", "exit", "halt")),
                "only programs own the console and the process");
    }

    @Test
    void nobodyReflects() {
        check(
                noClasses()
                        .that()
                        // Arrays of any primitive type as values of a log line.
                        .doNotHaveFullyQualifiedName("dev.quorate.log.FieldWriter")
                        .should()
                        .dependOnClassesThat(resideInAPackage("java.lang.reflect.."))
                        .orShould()
                        .accessTargetWhere(calls("java.lang.Class", "forName")),
                "what runs should be found by reading");
    }

    @Test
    void storeKnowsNoRaft() {
        apart("store", "raft", "server", "api", "tools");
        apart("storage", "raft", "store", "server", "api", "tools");
        apart("proto", "raft", "storage", "store", "server", "api", "tools");
        apart("raft", "proto", "log", "metrics", "storage", "store", "server", "api", "tools");
        apart("server", "api", "tools");
        apart("api", "storage", "store", "client", "tools");
        apart("client", "raft", "storage", "store", "server", "api", "tools");
    }

    @Test
    void onlyThePeerProtocolSeesRaftMessages() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage("dev.quorate.api..")
                        .and()
                        .resideOutsideOfPackage("dev.quorate.api.peer..")
                        .should()
                        .dependOnClassesThat(resideInAPackage("dev.quorate.raft..")),
                "clients are served without knowing how members agree");
        check(
                noClasses()
                        .that()
                        .resideInAPackage("dev.quorate.api.peer..")
                        .should()
                        .dependOnClassesThat(
                                resideInAPackage("dev.quorate.raft..")
                                        .and(not(resideInAPackage("dev.quorate.raft.message..")))
                                        .and(not(named("dev.quorate.raft.Snapshot")))),
                "a carrier looks at whom a message is for, and at its kind");
    }

    @Test
    void storeSeesTheEngineOnly() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage("dev.quorate.store..")
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage(
                                        "dev.quorate.storage.disk..",
                                        "dev.quorate.storage.wal..",
                                        "dev.quorate.storage.snap..",
                                        "dev.quorate.storage.bbolt..")),
                "the log is the server's");
    }

    @Test
    void protocolsOfTheApiAreSiblings() {
        slices().matching("dev.quorate.api.(grpc|json|v2|ops|peer)..")
                .should()
                .notDependOnEachOther()
                .because("each protocol speaks to the services, and ClientApi joins them")
                .check(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"storage", "store", "server", "api", "client", "tools"})
    void packagesHaveNoCycles(String module) {
        slices().matching("dev.quorate." + module + ".(*)..")
                .should()
                .beFreeOfCycles()
                .because("a module's own package joins its parts; the parts form no circle")
                .check(code);
    }

    @Test
    void modulesHaveNoCycles() {
        slices().matching("dev.quorate.(*)..").should().beFreeOfCycles().check(code);
    }

    private static void apart(String module, String... others) {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "." + module + "..")
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage(
                                        Stream.of(others)
                                                .map(other -> ROOT + "." + other + "..")
                                                .toArray(String[]::new))),
                "ARCHITECTURE.md draws no edge there");
    }

    private static void check(ArchRule rule, String why) {
        rule.because(why).check(code);
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        Set<String> set = Set.of(names);
        return describe("are one of " + List.of(names), c -> set.contains(c.getFullName()));
    }

    private static DescribedPredicate<JavaClass> touchesFiles() {
        return resideInAnyPackage("java.nio.file", "java.nio.file.attribute")
                .and(not(equivalentTo(java.nio.file.Path.class)))
                .or(
                        named(
                                "java.io.File",
                                "java.io.FileInputStream",
                                "java.io.FileOutputStream",
                                "java.io.FileReader",
                                "java.io.FileWriter"));
    }

    private static DescribedPredicate<JavaAccess<?>> calls(String owner, String... members) {
        Set<String> set = Set.of(members);
        return describe(
                "use " + owner + "." + String.join("/", members),
                access ->
                        access.getTargetOwner().getFullName().equals(owner)
                                && set.contains(access.getTarget().getName()));
    }

    private static DescribedPredicate<JavaAccess<?>> readsTheClock() {
        return calls("java.lang.System", "currentTimeMillis", "nanoTime")
                .or(calls("java.time.Instant", "now"))
                .or(calls("java.time.LocalDateTime", "now"))
                .or(calls("java.time.ZonedDateTime", "now"))
                .or(calls("java.time.OffsetDateTime", "now"))
                .or(calls("java.time.InstantSource", "system"))
                .or(calls("java.time.Clock", "systemUTC", "systemDefaultZone", "system"));
    }

    private static DescribedPredicate<JavaAccess<?>> makesRandomness() {
        return calls("java.lang.Math", "random")
                .or(calls("java.util.Random", "<init>"))
                .or(calls("java.util.SplittableRandom", "<init>"))
                .or(calls("java.security.SecureRandom", "<init>"))
                .or(calls("java.util.concurrent.ThreadLocalRandom", "current"))
                .or(calls("java.util.random.RandomGenerator", "of", "getDefault"))
                .or(calls("java.util.UUID", "randomUUID"));
    }

    /** With a writer as argument it is only a way to turn an exception into text. */
    private static DescribedPredicate<JavaAccess<?>> printsStackTraceToStandardError() {
        return describe(
                "print a stack trace",
                access ->
                        access.getTarget().getName().equals("printStackTrace")
                                && access.getTarget().getFullName().endsWith("()"));
    }
}
