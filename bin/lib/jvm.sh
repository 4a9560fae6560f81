# Sourced by launch.sh and train.sh: the class path and the flags of the JVM. An AOT cache only fits the class path, the garbage
# collector and the pointer encoding that it was made with, so both scripts must take them from here.

# Sourced after quorate_dist is set.
quorate_cp=$quorate_dist/lib/quorate.jar

# Leaves in quorate_flags the flags of a program. None of them contains a blank.
#   -Xlog:disable          no line of the JVM may appear among the program's own
#   native access, Unsafe  Netty and LMDB use both, and the JVM would warn
#   serial collector       least memory and start-up on small machines; see docs/tools/etcd.md
#   no perf data           nothing is written to the temporary directory
#   no Netty events        Netty would start the flight recorder to describe its events to it
#   no DNS of Vert.x       the JDK resolves names
#   inetaddr               and forgets them soon, above all that there is none: in a container names come late and addresses change
#   ids of Netty           it would look at processes and network cards to name its channels in logs
#   native accessors       reflection at start would spin a class per method otherwise
#   FreqInlineSize         the second compiler inlines calls of up to so many bytes, not 325: a third to a half of its work, and the code is not slower
#   Xmn, SurvivorRatio     the calls under way of a thousand clients (etcdctl check) stay young; grown old they would fill a quarter of the machine's
#                          memory before the serial collector looks at them
#   Tier3*                 the first compiler waits four times as long as usual: most of what a start calls it calls no more
quorate_jvm_flags() {
    quorate_flags="-Xlog:disable -XX:+UseSerialGC -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError"
    quorate_flags="$quorate_flags --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
    quorate_flags="$quorate_flags -Dfile.encoding=UTF-8 -Djava.awt.headless=true"
    quorate_flags="$quorate_flags -Djdk.reflect.useNativeAccessorOnly=true"
    case $1 in
        etcd)
            quorate_flags="$quorate_flags -Xms64m -XX:MaxRAMPercentage=40 -Dio.netty.jfr.enabled=false"
            quorate_flags="$quorate_flags -Dio.netty.processId=1 -Dio.netty.machineId=00:00:00:00:00:00:00:01"
            quorate_flags="$quorate_flags -XX:Tier3InvocationThreshold=800 -XX:Tier3MinInvocationThreshold=400"
            quorate_flags="$quorate_flags -XX:Tier3CompileThreshold=8000 -XX:Tier3BackEdgeThreshold=240000"
            quorate_flags="$quorate_flags -XX:FreqInlineSize=120"
            quorate_flags="$quorate_flags -Dvertx.disableDnsResolver=true"
            quorate_flags="$quorate_flags -Dsun.net.inetaddr.ttl=5 -Dsun.net.inetaddr.negative.ttl=1"
            quorate_flags="$quorate_flags -Dvertx.logger-delegate-factory-class-name=io.vertx.core.logging.JULLogDelegateFactory"
            ;;
        etcdctl) quorate_flags="$quorate_flags -Xms96m -Xmn64m -XX:SurvivorRatio=3 -XX:TieredStopAtLevel=1" ;;
        *) quorate_flags="$quorate_flags -Xms16m -XX:TieredStopAtLevel=1" ;;
    esac
}
