#!/usr/bin/python3
"""What a server in front stops: config/deploy/nginx.conf, attacked.

Starts concordatd and, before it, nginx with the configuration that is shipped
(but for TLS, ports and paths). Then: callers are recognised through it, nobody
behind it is taken for somebody of the server's own machine, and floods of
resets and bombs of header compression end at nginx while callers are served.

Usage: front_test.py CONCORDATD SOURCE_DIR. Exit code 77: something that it
needs is not installed; it says what.
"""

import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

SKIPPED = 77
try:
    import grpc
    import h2.config
    import h2.connection
    import h2.events
    import h2.exceptions
except ImportError as missing:
    print(f"skipped: {missing}; install python3-grpcio and python3-h2")
    sys.exit(SKIPPED)

KEY = "concordat_key-of-the-test"
CALLERS = f"""
callers:
  tester:
    roles: [qa]
    key_sha256: [{hashlib.sha256(KEY.encode()).hexdigest()}]
  operator: {{roles: [admin], local: true}}
"""
RESETS = 20_000
METHOD = "/concordat.v1.AccessService/GetCaller"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, process, what):
    """Until it is so, or the process has ended."""
    while not condition():
        if process.poll() is not None:
            raise RuntimeError(f"{what} did not start: {process.returncode}")


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Servers:
    """concordatd, and nginx before it."""

    def __init__(self, concordatd, source, folder):
        callers = os.path.join(folder, "callers.yaml")
        with open(callers, "w", encoding="utf-8") as file:
            file.write(CALLERS)
        self.port = free_port()
        self.concordatd = subprocess.Popen(
            [concordatd, "--memory", "--listen", f"127.0.0.1:{self.port}",
             "--callers", callers],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: listens(self.port), self.concordatd, "concordatd")
        self.front_port = free_port()
        with open(os.path.join(source, "config/deploy/nginx.conf"),
                  encoding="utf-8") as file:
            shipped = file.read()
        conf = re.sub(r"listen 7443 ssl http2;",
                      f"listen 127.0.0.1:{self.front_port} http2;", shipped)
        conf = re.sub(r"\n\s*ssl_\w+[^\n]*", "", conf)
        conf = conf.replace("127.0.0.1:7400", f"127.0.0.1:{self.port}")
        main = os.path.join(folder, "nginx.conf")
        with open(main, "w", encoding="utf-8") as file:
            file.write(f"daemon off;\npid {folder}/pid;\n"
                       f"error_log {folder}/error.log;\n"
                       "events { worker_connections 4096; }\n"
                       "http {\naccess_log off;\n"
                       + "".join(f"{kind}_temp_path {folder}/{kind};\n"
                                 for kind in ("client_body", "proxy", "fastcgi",
                                              "uwsgi", "scgi"))
                       + conf + "}\n")
        self.nginx = subprocess.Popen(["/usr/sbin/nginx", "-p", folder, "-c",
                                       main], stderr=subprocess.PIPE)
        wait_for(lambda: listens(self.front_port), self.nginx, "nginx")

    def call(self, port, metadata):
        """The caller's name, or how the call failed."""
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            try:
                answer = channel.unary_unary(METHOD)(b"", metadata=metadata,
                                                     timeout=30)
            except grpc.RpcError as error:
                return error.code().name
            return answer[2:2 + answer[1]].decode()

    def through(self, metadata=(("authorization", "Bearer " + KEY),)):
        return self.call(self.front_port, metadata)

    def memory_kib(self):
        with open(f"/proc/{self.concordatd.pid}/status",
                  encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def stop(self):
        for process in (self.nginx, self.concordatd):
            process.terminate()
            process.wait()


class Attacker:
    """One connection of HTTP/2, on which everything is allowed."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.settimeout(30)
        config = h2.config.H2Configuration(
            client_side=True, validate_outbound_headers=False,
            normalize_outbound_headers=False)
        self.h2 = h2.connection.H2Connection(config)
        self.h2.initiate_connection()
        self.closed = False
        self.send()

    def send(self):
        """False once the other side has had enough."""
        try:
            self.socket.sendall(self.h2.data_to_send())
        except OSError:
            self.closed = True
        return not self.closed

    def listen(self):
        """Takes what has come, without waiting for more."""
        self.socket.setblocking(False)
        try:
            while data := self.socket.recv(65536):
                for event in self.h2.receive_data(data):
                    if isinstance(event, h2.events.ConnectionTerminated):
                        self.closed = True
            self.closed = True
        except BlockingIOError:
            pass
        except (OSError, h2.exceptions.ProtocolError):
            self.closed = True
        self.socket.settimeout(30)

    def headers(self, extra=()):
        return [(":method", "POST"), (":scheme", "http"), (":path", METHOD),
                (":authority", "x"), ("te", "trailers"),
                ("content-type", "application/grpc"), *extra]

    def reset_streams(self, count):
        """How many streams were begun and reset before it was closed."""
        for done in range(count):
            try:
                stream = self.h2.get_next_available_stream_id()
                self.h2.send_headers(stream, self.headers())
                self.h2.reset_stream(stream, 8)
            except h2.exceptions.ProtocolError:
                return done
            if not self.send():
                return done
            if done % 50 == 0:
                self.listen()
            if self.closed:
                return done
        return count

    def bomb(self, streams):
        """A large header once, then an index of a byte, thousands of times."""
        large = ("x-bomb", "a" * 4000)
        for done in range(streams):
            try:
                stream = self.h2.get_next_available_stream_id()
                self.h2.send_headers(stream, self.headers([large] * 2000),
                                     end_stream=True)
            except h2.exceptions.ProtocolError:
                return done
            if not self.send():
                return done
            self.listen()
            if self.closed:
                return done
        return streams


def check(what, holds, seen):
    print(f"{'ok  ' if holds else 'FAIL'} {what}: {seen}")
    return holds


def main():
    concordatd, source = sys.argv[1:3]
    if not os.access("/usr/sbin/nginx", os.X_OK):
        print("skipped: there is no nginx; install nginx-light")
        return SKIPPED
    folder = tempfile.mkdtemp(prefix="concordat-front.")
    servers = Servers(concordatd, source, folder)
    try:
        return 0 if attack(servers) else 1
    finally:
        servers.stop()
        shutil.rmtree(folder)


def attack(servers):
    good = check("a caller's key passes through",
                 servers.through() == "tester", servers.through())
    good &= check("who comes without is nobody of this machine",
                  servers.through(()) == "UNAUTHENTICATED", servers.through(()))
    good &= check("though directly he would be",
                  servers.call(servers.port, ()) == "operator",
                  servers.call(servers.port, ()))
    before = servers.memory_kib()
    reset = 0
    for _ in range(5):
        reset = Attacker(servers.front_port).reset_streams(RESETS)
        good &= check("rapid reset: the connection is closed before its end",
                      reset < RESETS, reset)
        good &= check("and callers are served", servers.through() == "tester",
                      servers.through())
    for _ in range(5):
        sent = Attacker(servers.front_port).bomb(200)
        good &= check("header bomb: the connection is closed", sent < 200, sent)
        good &= check("and callers are served", servers.through() == "tester",
                      servers.through())
    grown = (servers.memory_kib() - before) >> 10
    good &= check("the server took no more than 64 MiB for all that",
                  grown <= 64, f"{grown} MiB")
    return good


if __name__ == "__main__":
    sys.exit(main())
