"""Concordat from another language: a Python client made from the .proto files.

It starts a server of its own. Run by ctest, which gives the arguments.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import grpc
    from google.protobuf import timestamp_pb2
except ImportError as missing:
    sys.exit(
        f"{missing}: this test needs the Debian packages python3-grpcio and "
        "python3-protobuf; `./run test` installs them"
    )

ARGUMENTS = None


def start_server(directory):
    """Gives the process and its address."""
    server = subprocess.Popen(
        [
            ARGUMENTS.server,
            "--data-dir",
            f"{directory}/data",
            "--listen",
            "127.0.0.1:0",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    line = server.stdout.readline()
    prefix = "listening on "
    if not line.startswith(prefix):
        raise RuntimeError(f"the server did not start: {line!r}")
    return server, line[len(prefix) :].strip()


def details_of(error):
    """The google.rpc details of an error: ErrorInfo and the wrong fields."""
    from google.rpc import error_details_pb2, status_pb2

    status = error
    if isinstance(error, grpc.RpcError):
        status = status_pb2.Status()
        for key, value in error.trailing_metadata():
            if key == "grpc-status-details-bin":
                status.ParseFromString(value)
    info = error_details_pb2.ErrorInfo()
    fields = []
    for detail in status.details:
        bad = error_details_pb2.BadRequest()
        if detail.Unpack(bad):
            fields += [v.field for v in bad.field_violations]
        detail.Unpack(info)
    return info, fields


class PythonClientTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.server, address = start_server(cls.directory.name)
        cls.addClassCleanup(cls.stop_server)
        cls.channel = grpc.insecure_channel(address)
        cls.addClassCleanup(cls.channel.close)
        cls.knowledge = knowledge_grpc.KnowledgeServiceStub(cls.channel)
        cls.claims = claims_grpc.ClaimServiceStub(cls.channel)
        cls.findings = findings_grpc.FindingServiceStub(cls.channel)
        yaml = pathlib.Path(ARGUMENTS.vocabularies, "crm_billing_support.yaml")
        applied = vocabulary_grpc.VocabularyServiceStub(
            cls.channel
        ).ApplyVocabulary(
            vocabulary.ApplyVocabularyRequest(
                yaml=yaml.read_text(encoding="utf-8"), file_name=yaml.name
            )
        )
        assert applied.version == 1
        cls.write_customers()

    @classmethod
    def stop_server(cls):
        cls.server.terminate()
        code = cls.server.wait(timeout=30)
        cls.server.stdout.close()
        assert code == 0, f"the server ended with {code}"

    @classmethod
    def write_customers(cls):
        """Twenty customers, each with a name and a link from billing."""
        request = knowledge.WriteKnowledgeRequest(
            request_id="customers", actor="python"
        )
        for number in range(20):
            entity = common.EntityRef(type="customer", id=f"c{number}")
            request.changes.add(
                put_fact=knowledge.Fact(
                    entity=entity, attribute="first_name", value="Zoë"
                )
            )
            request.changes.add(
                put_link=knowledge.Link(
                    channel="billing", subject=f"b{number}", entity=entity
                )
            )
        cls.written = cls.knowledge.WriteKnowledge(request)

    def claim(self, number, value, claim_id):
        return claims.Claim(
            channel="billing",
            subject=f"b{number}",
            attribute="given_name",
            value=value,
            claim_id=claim_id,
            exposure=claims.EXPOSURE_TOLD,
        )

    def test_reads_what_it_wrote(self):
        entity = self.knowledge.GetEntity(
            knowledge.GetEntityRequest(
                entity=common.EntityRef(type="customer", id="c1"),
                consistency=common.ReadConsistency(
                    at_least_as_fresh=self.written.revision
                ),
            )
        )
        self.assertEqual([f.fact.value for f in entity.facts], ["Zoë"])
        self.assertEqual(entity.facts[0].actor, "python")
        self.assertEqual([k.subject for k in entity.links], ["b1"])

    def test_claims_unary_and_findings(self):
        reported = self.claims.ReportClaims(
            claims.ReportClaimsRequest(
                claims=[
                    self.claim(1, "Zoë", "unary-1"),
                    self.claim(2, "Max", "unary-2"),
                ]
            )
        )
        self.assertEqual(
            [r.verdict for r in reported.results],
            [claims.VERDICT_AGREES, claims.VERDICT_CONTRADICTS],
        )
        finding_id = reported.results[1].finding_id
        found = self.findings.GetFinding(
            findings.GetFindingRequest(id=finding_id)
        )
        self.assertEqual(found.finding.state, findings.FINDING_STATE_OPEN)
        self.assertEqual(found.finding.exposure, claims.EXPOSURE_TOLD)
        self.assertEqual(found.judgement.truth.raw, "Zoë")
        listed = self.findings.ListFindings(
            findings.ListFindingsRequest(
                filter=findings.FindingFilter(
                    entity=common.EntityRef(type="customer", id="c2")
                ),
                count_total=True,
            )
        )
        self.assertEqual([f.id for f in listed.findings], [finding_id])
        self.assertEqual(listed.total, 1)

    def test_claims_by_stream(self):
        def batches():
            for number in range(5, 15):
                yield claims.StreamClaimsRequest(
                    claims=[
                        self.claim(number, "Zoë", f"stream-{number}"),
                        self.claim(number, "Zoë", f"stream-{number}"),
                    ]
                )

        answers = list(self.claims.StreamClaims(batches()))
        self.assertEqual(len(answers), 10)
        for answer in answers:
            self.assertEqual(
                [r.status for r in answer.results],
                [
                    claims.CLAIM_STATUS_RECORDED,
                    claims.CLAIM_STATUS_DUPLICATE,
                ],
            )

    def test_errors_have_details(self):
        with self.assertRaises(grpc.RpcError) as raised:
            self.knowledge.GetEntity(
                knowledge.GetEntityRequest(
                    entity=common.EntityRef(type="customer", id="c1")
                )
            )
        error = raised.exception
        self.assertEqual(error.code(), grpc.StatusCode.INVALID_ARGUMENT)
        info, fields = details_of(error)
        self.assertEqual(info.reason, "INVALID_FIELD")
        self.assertEqual(info.domain, "concordat")
        self.assertEqual(fields, ["consistency"])

        ahead = timestamp_pb2.Timestamp(seconds=4_000_000_000)
        claim = self.claim(1, "Zoë", "ahead")
        claim.said_at.CopyFrom(ahead)
        answer = self.claims.ReportClaims(
            claims.ReportClaimsRequest(claims=[claim])
        )
        _, fields = details_of(answer.results[0].error)
        self.assertEqual(fields, ["claims[0].said_at"])

    def test_health(self):
        check = self.channel.unary_unary("/grpc.health.v1.Health/Check")
        self.assertEqual(check(b""), b"\x08\x01", "SERVING")


def main():
    global ARGUMENTS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stubs", required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--vocabularies", required=True)
    ARGUMENTS = parser.parse_args()
    sys.path.insert(0, ARGUMENTS.stubs)
    # `google` is found where protobuf is; its `rpc` part is among the stubs.
    import google

    google.__path__.append(f"{ARGUMENTS.stubs}/google")
    global claims, claims_grpc, common, findings, findings_grpc
    global knowledge, knowledge_grpc, vocabulary, vocabulary_grpc
    from concordat.v1 import claims_pb2 as claims
    from concordat.v1 import claims_pb2_grpc as claims_grpc
    from concordat.v1 import common_pb2 as common
    from concordat.v1 import findings_pb2 as findings
    from concordat.v1 import findings_pb2_grpc as findings_grpc
    from concordat.v1 import knowledge_pb2 as knowledge
    from concordat.v1 import knowledge_pb2_grpc as knowledge_grpc
    from concordat.v1 import vocabulary_pb2 as vocabulary
    from concordat.v1 import vocabulary_pb2_grpc as vocabulary_grpc

    unittest.main(argv=[sys.argv[0], "--verbose"])


if __name__ == "__main__":
    main()
