#!/usr/bin/env python3
"""A channel's backend that Concordat can ask, over a CSV file.

It holds `subject,attribute,value` (an empty value: there is none), where
`subject` is the channel's own id, or TYPE/ID of the graph. Try it:

  protoc -I proto --python_out=stubs --grpc_out=stubs \\
    --plugin=protoc-gen-grpc=$(which grpc_python_plugin) \\
    $(cd proto && ls concordat/v1/*.proto google/rpc/*.proto)
  python3 client/examples/channel_probe.py records.csv --stubs stubs --port 9000
  concordatd --probe web=127.0.0.1:9000
  concordat audits run web --probe
  concordat probes ask customer/4711 --attribute tier
"""

import argparse
import collections
import csv
import sys
from concurrent import futures


def read_records(path):
    """The records by subject, and of each the values by attribute."""
    records = collections.defaultdict(dict)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            records[row["subject"]][row["attribute"]] = row["value"]
    return dict(records)


def ids_of(subject):
    """By which ids a record may lie: the channel's own first."""
    entity = f"{subject.entity.type}/{subject.entity.id}"
    return [*subject.subjects, entity]


def serve(args):
    sys.path.insert(0, args.stubs)
    import grpc
    from concordat.v1 import claims_pb2, probe_pb2, probe_pb2_grpc

    records = read_records(args.records)

    def find(subject):
        """What is held about somebody; None: nobody knows them."""
        for own_id in ids_of(subject):
            if own_id in records:
                return records[own_id]
        return None

    def claim_of(attribute, value):
        claim = claims_pb2.Claim(attribute=attribute)
        if value:
            claim.value = value
        return claim

    class ChannelProbe(probe_pb2_grpc.ChannelProbeServiceServicer):
        def DescribeProbe(self, request, context):
            return probe_pb2.DescribeProbeResponse(
                subjects_per_request_max=500,
                requests_per_second_max=args.rate,
                concurrent_requests_max=4,
            )

        def FetchRecords(self, request, context):
            response = probe_pb2.FetchRecordsResponse()
            for subject in request.subjects:
                record = response.records.add(key=subject.key)
                held = find(subject)
                record.unknown_subject = held is None
                for attribute, value in (held or {}).items():
                    record.claims.append(claim_of(attribute, value))
            return response

        def WouldSay(self, request, context):
            held = find(request.subject)
            if held is None:
                return probe_pb2.WouldSayResponse(unknown_subject=True)
            if request.attribute not in held:
                return probe_pb2.WouldSayResponse(declines=True)
            value = held[request.attribute]
            return probe_pb2.WouldSayResponse(
                claim=claim_of(request.attribute, value),
                spoken=f"Your {request.attribute} is {value or 'not known'}.",
            )

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    probe_pb2_grpc.add_ChannelProbeServiceServicer_to_server(
        ChannelProbe(), server
    )
    port = server.add_insecure_port(f"127.0.0.1:{args.port}")
    server.start()
    print(f"listening on 127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("records", help="CSV of what the channel holds")
    parser.add_argument("--stubs", required=True, help="generated stubs")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--rate", type=float, default=0, help="calls a second")
    serve(parser.parse_args())


if __name__ == "__main__":
    main()
