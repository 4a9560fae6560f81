#!/bin/sh
# Makes the distribution in tools/target/dist of the class path that is its argument. Part of the Maven build.
here=$(cd -P -- "${0%/*}" && pwd)
quorate_root=${here%/bin/lib}
. "$here/jdk.sh"
rm -rf "$quorate_root/tools/target/dist"
exec "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$1" dev.quorate.tools.pack.Pack "$1" "$quorate_root/tools/target/dist"
