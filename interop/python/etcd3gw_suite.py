"""Asks one server, through etcd3gw (the JSON gateway), what that client offers. Usage: etcd3gw_suite.py HOST:PORT"""

import sys
import threading
import time

from etcd3gw import Etcd3Client
from etcd3gw.exceptions import Etcd3Exception

host, port = sys.argv[1].split(":")
client = Etcd3Client(host=host, port=int(port), timeout=10)


def part(function):
    function()
    print("ok", function.__name__.replace("_", " "))


@part
def status_and_members():
    assert client.status()["version"] == "3.7.1"
    assert [m["name"] for m in client.members()] == ["m1"]


@part
def put_get_delete():
    assert client.put("gw/a", "1")
    assert client.get("gw/a") == [b"1"]
    value, meta = client.get("gw/a", metadata=True)[0]
    assert value == b"1" and meta["key"] == b"gw/a" and meta["version"] == "1"
    assert client.get("gw/none") == []
    assert client.delete("gw/a") is True
    assert client.delete("gw/a") is False
    assert client.create("gw/a", "2") is True
    assert client.create("gw/a", "3") is False
    assert client.replace("gw/a", "2", "4") is True
    assert client.replace("gw/a", "2", "5") is False


@part
def ranges():
    for i in range(5):
        client.put(f"gw/r/{i}", str(4 - i))
    assert [v for v, _ in client.get_prefix("gw/r/")] == [b"4", b"3", b"2", b"1", b"0"]
    assert [v for v, _ in client.get_prefix("gw/r/", sort_order="descend", sort_target="key")][0] == b"0"
    assert client.delete_prefix("gw/r/") is True


@part
def transactions():
    from etcd3gw.utils import _encode

    done = client.transaction(
        {
            "compare": [{"key": _encode("gw/t"), "result": "EQUAL", "target": "VERSION", "version": 0}],
            "success": [{"request_put": {"key": _encode("gw/t"), "value": _encode("x")}}],
            "failure": [],
        }
    )
    assert done["succeeded"] is True and "response_put" in done["responses"][0]


@part
def leases():
    lease = client.lease(ttl=60)
    client.put("gw/l", "x", lease=lease)
    assert lease.keys() == [b"gw/l"]
    assert 50 < lease.ttl() <= 60
    assert lease.refresh() == 60
    assert lease.revoke() is True
    assert client.get("gw/l") == []
    short = client.lease(ttl=1)
    client.put("gw/short", "x", lease=short)
    end = time.monotonic() + 10
    while client.get("gw/short"):
        assert time.monotonic() < end
        time.sleep(0.05)


@part
def locks():
    lock = client.lock("gw", ttl=10)
    assert lock.acquire() and lock.is_acquired()
    assert not client.lock("gw", ttl=10).acquire()
    assert lock.release()


@part
def watches():
    events, cancel = client.watch("gw/w")
    threading.Timer(0.3, lambda: client.put("gw/w", "late")).start()
    event = next(events)
    assert event["kv"]["key"] == b"gw/w" and event["kv"]["value"] == b"late"
    cancel()
    # Its watch_prefix_once encodes the end of the range twice, so the stream is read here.
    events, cancel = client.watch_prefix("gw/p/")
    threading.Timer(0.3, lambda: client.put("gw/p/1", "x")).start()
    assert next(events)["kv"]["key"] == b"gw/p/1"
    cancel()


@part
def errors():
    try:
        client.put("", "x")
        raise AssertionError("an empty key was stored")
    except Etcd3Exception as error:
        assert "key is not provided" in str(error.detail_text), error.detail_text
