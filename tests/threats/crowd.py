#!/usr/bin/python3
"""How much a crowd costs an honest caller.

10,000 connections that say nothing after their preface, and 200 watches of a
large snapshot that take nothing: how long do calls of one more caller take, held
against the same calls before the crowd came? Prints both, and their ratio.

Usage: crowd.py CONCORDATD CONCORDAT [--idle 10000] [--stalled 200]
"""

import argparse
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import grpc
import h2.config
import h2.connection

METHOD = "/concordat.v1.ServerService/GetServerInfo"
VOCABULARY = """
name: crowd
entity_types: {customer: {attributes: {note: {type: text}}}}
"""
PREFACE = (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
           b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")


def measure(address, calls):
    """Percentiles of the time of a call, in milliseconds."""
    with grpc.insecure_channel(address) as channel:
        call = channel.unary_unary(METHOD)
        for _ in range(100):
            call(b"", timeout=30)
        times = []
        for _ in range(calls):
            begin = time.perf_counter()
            call(b"", timeout=30)
            times.append((time.perf_counter() - begin) * 1e3)
    times.sort()
    return {name: times[int(len(times) * share)]
            for name, share in (("p50", 0.5), ("p99", 0.99))}


def stalled_watch(host, port):
    """A watch of everything, of which not a byte is taken."""
    connection = socket.create_connection((host, port))
    protocol = h2.connection.H2Connection(
        h2.config.H2Configuration(client_side=True))
    protocol.initiate_connection()
    stream = protocol.get_next_available_stream_id()
    protocol.send_headers(stream, [
        (":method", "POST"), (":scheme", "http"),
        (":path", "/concordat.v1.WatchService/Watch"), (":authority", "x"),
        ("te", "trailers"), ("content-type", "application/grpc")])
    request = b"\x20\x01"  # snapshot: true
    protocol.send_data(stream, b"\0" + len(request).to_bytes(4, "big")
                       + request, end_stream=True)
    connection.sendall(protocol.data_to_send())
    return connection


def resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) // 1024
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("concordatd")
    parser.add_argument("concordat")
    parser.add_argument("--idle", type=int, default=10_000)
    parser.add_argument("--stalled", type=int, default=200)
    parser.add_argument("--calls", type=int, default=5_000)
    options = parser.parse_args()
    needed = options.idle + options.stalled + 1000
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, needed))
    folder = tempfile.mkdtemp(prefix="concordat-crowd.")
    port_file = os.path.join(folder, "address")
    server = subprocess.Popen(
        [options.concordatd, "--data-dir", folder + "/store", "--listen",
         "127.0.0.1:0", "--port-file", port_file, "--watch-patience", "3600"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not os.path.exists(port_file) or not os.path.getsize(port_file):
            if server.poll() is not None:
                return "the server did not start"
        with open(port_file, encoding="ascii") as file:
            address = file.read().strip()
        host, port = address.rsplit(":", 1)
        with open(folder + "/v.yaml", "w", encoding="ascii") as file:
            file.write(VOCABULARY)
        with open(folder + "/facts.csv", "w", encoding="ascii") as file:
            file.write("entity_type,entity_id,attribute,value\n")
            for number in range(20_000):
                file.write(f"customer,c{number},note,{'x' * 200}\n")
        for command in (["vocabulary", "apply", folder + "/v.yaml"],
                        ["facts", "import", folder + "/facts.csv"]):
            subprocess.run([options.concordat, "--server", address, *command],
                           check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        alone = measure(address, options.calls)
        before = resident_mib(server.pid)
        crowd = [stalled_watch(host, int(port))
                 for _ in range(options.stalled)]
        for _ in range(options.idle):
            connection = socket.create_connection((host, int(port)))
            connection.sendall(PREFACE)
            crowd.append(connection)
        within = measure(address, options.calls)
        after = resident_mib(server.pid)
        again = measure(address, options.calls)
        for connection in crowd:
            connection.close()
        print(f"{options.idle} idle and {options.stalled} stalled connections")
        for name, times in (("alone", alone), ("in the crowd", within),
                            ("in the crowd, again", again)):
            print(f"{name}: p50 {times['p50']:.2f} ms, p99 "
                  f"{times['p99']:.2f} ms")
        print(f"p99 in the crowd is {within['p99'] / alone['p99']:.2f} and "
              f"{again['p99'] / alone['p99']:.2f} times that alone; memory "
              f"{before} -> {after} MiB")
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
