# Sourced by launch.sh and train.sh: the class path and the flags of the JVM. An AOT cache only fits the class path, the garbage
# collector and the pointer encoding that it was made with, so both scripts must take them from here.

# Leaves in quorate_cp the jars of the distribution that a program needs, in alphabetical order. The JVM looks at each when it
# starts, so a command line tool names few.
quorate_classpath() {
    quorate_cp=
    case $1 in
        etcdctl) set -- "$quorate_dist"/lib/client-*.jar "$quorate_dist"/lib/proto-*.jar \
            "$quorate_dist"/lib/protobuf-java-*.jar "$quorate_dist"/lib/tools-*.jar ;;
        etcdutl) set -- "$quorate_dist"/lib/lwjgl*.jar "$quorate_dist"/lib/proto-*.jar \
            "$quorate_dist"/lib/protobuf-java-*.jar "$quorate_dist"/lib/raft-*.jar "$quorate_dist"/lib/server-*.jar \
            "$quorate_dist"/lib/storage-*.jar "$quorate_dist"/lib/store-*.jar "$quorate_dist"/lib/tools-*.jar ;;
        *) set -- "$quorate_dist"/lib/*.jar ;;
    esac
    for quorate_jar; do
        quorate_cp=$quorate_cp${quorate_cp:+:}$quorate_jar
    done
}

# Leaves in quorate_flags the flags of a program. None of them contains a blank.
#   -Xlog:disable          no line of the JVM may appear among the program's own
#   native access, Unsafe  Netty and LMDB use both, and the JVM would warn
#   serial collector       least memory and start-up on small machines; see docs/tools/etcd.md
#   no perf data           nothing is written to the temporary directory
#   no Netty events        Netty would start the flight recorder to describe its events to it
#   no DNS of Vert.x       the JDK resolves names
quorate_jvm_flags() {
    quorate_flags="-Xlog:disable -XX:+UseSerialGC -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError"
    quorate_flags="$quorate_flags --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
    quorate_flags="$quorate_flags -Dfile.encoding=UTF-8 -Djava.awt.headless=true"
    case $1 in
        etcd)
            quorate_flags="$quorate_flags -Xms64m -XX:MaxRAMPercentage=40 -Dio.netty.jfr.enabled=false"
            quorate_flags="$quorate_flags -Dvertx.disableDnsResolver=true"
            quorate_flags="$quorate_flags -Dvertx.logger-delegate-factory-class-name=io.vertx.core.logging.JULLogDelegateFactory"
            ;;
        *) quorate_flags="$quorate_flags -Xms16m -XX:TieredStopAtLevel=1" ;;
    esac
}
