# Sourced by every program in bin/, which sets `self` to its own path without symbolic links and then calls
#
#     quorate_exec PROGRAM MAIN_CLASS ARGUMENT...
#
# The call replaces the shell by the JVM, so that signals and the exit code are the program's own. It works with an empty
# environment and never changes the working directory. Variables that a user may set:
#
#     JAVA_HOME           the JDK to use, if it is new enough (see jdk.sh)
#     QUORATE_JAVA_OPTS   further options of the JVM, split at blanks
#
# JAVA_TOOL_OPTIONS and its kin are dropped: the JVM announces them on standard error, where only log lines may appear.

quorate_bin=$(cd -P -- "${self%/*}" && pwd)
quorate_root=${quorate_bin%/bin}
quorate_dist=$quorate_root/tools/target/dist
[ -d "$quorate_root/lib" ] && quorate_dist=$quorate_root # an unpacked release
. "$quorate_bin/lib/jdk.sh"
. "$quorate_bin/lib/jvm.sh"

quorate_built() {
    [ -e "$quorate_dist/lib/quorate.jar" ]
}

# Builds a fresh clone. Several programs may be started at once: the first builds, the others wait for it.
quorate_build() {
    PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}
    export PATH
    quorate_lock=$quorate_root/.build-lock
    until (set -C; echo $$ >"$quorate_lock") 2>/dev/null; do
        quorate_builder=
        { read -r quorate_builder <"$quorate_lock"; } 2>/dev/null
        if [ -n "$quorate_builder" ] && ! kill -0 "$quorate_builder" 2>/dev/null; then
            rm -f "$quorate_lock" # its owner was killed
        else
            sleep 1
        fi
    done
    quorate_failed=0
    if ! quorate_built; then
        echo "quorate: first use of this clone, building it once (a minute or two)" >&2
        "$quorate_root/mvnw" -q -f "$quorate_root/pom.xml" -pl tools -am -DskipTests -Dspotless.check.skip=true package >&2 ||
            quorate_failed=1
    fi
    rm -f "$quorate_lock"
    if [ $quorate_failed = 1 ] || ! quorate_built; then
        echo "quorate: the build failed; run \"./mvnw -pl tools -am -DskipTests package\" in $quorate_root to see why" >&2
        exit 1
    fi
}

# Opens what the caller closed (>&-). The JVM would give the number to a file or socket of its own, and then read or write that.
quorate_streams() {
    { true 3<&0; } 2>/dev/null || exec </dev/null
    { true 3>&1; } 2>/dev/null || exec >/dev/null
    true 3>&2 || exec 2>/dev/null
}

quorate_exec() {
    quorate_streams
    quorate_program=$1
    quorate_main=$2
    shift 2
    quorate_built || quorate_build
    unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
    set -- "-Dquorate.native=$quorate_dist/native" -cp "$quorate_cp" "$quorate_main" "$@"
    quorate_cache=$quorate_dist/aot/$quorate_program.aot
    # The JVM does not notice that the cache is older than the jar, and would run the code of then.
    [ -e "$quorate_cache" ] && ! [ "$quorate_cp" -nt "$quorate_cache" ] && set -- "-XX:AOTCache=$quorate_cache" "$@"
    quorate_jvm_flags "$quorate_program"
    exec "$JAVA_HOME/bin/java" $quorate_flags ${QUORATE_JAVA_OPTS-} "$@"
}
