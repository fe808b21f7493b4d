"""Reads sample reports with the parsers of Python's own library.

Hostile text is in every place where others write text; a parser that is led
astray by it finds more, less or something else.
"""

import csv
import html.parser
import io
import json
import subprocess
import sys
import unittest
import xml.etree.ElementTree

SAMPLE = sys.argv.pop(1)
FINDINGS = 200


def sample(form, *words):
    return subprocess.run(
        [SAMPLE, form, str(FINDINGS), *words],
        check=True, capture_output=True).stdout.decode("utf-8", "strict")


class Page(html.parser.HTMLParser):
    """Elements that are open, and all tags and attributes that there are."""

    VOID = {"meta", "input", "br", "link", "img", "hr"}

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes = [], set(), set()
        self.data, self.faults = "", []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop()[0] != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        if self.open and self.open[-1][1].get("id") == "findings":
            self.data += data


class FormatsTest(unittest.TestCase):
    maxDiff = 2000

    def test_junit(self):
        for words in ((), ("values",)):
            root = xml.etree.ElementTree.fromstring(sample("junit", *words))
            self.assertEqual(root.tag, "testsuites")
            for outcome in ("failures", "errors", "tests"):
                self.assertEqual(
                    int(root.get(outcome)),
                    sum(int(suite.get(outcome)) for suite in root))
            self.assertEqual(int(root.get("failures")),
                             len(root.findall(".//failure")))
            self.assertEqual(int(root.get("tests")),
                             len(root.findall(".//testcase")))
            self.assertGreater(int(root.get("failures")), 0)
            names = [(case.get("classname"), case.get("name"))
                     for case in root.iter("testcase")]
            self.assertEqual(len(names), len(set(names)))

    def test_sarif(self):
        run = json.loads(sample("sarif", "values"))["runs"][0]
        self.assertEqual(len(run["results"]), FINDINGS)
        ids = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
        for result in run["results"]:
            self.assertIn(result["ruleId"], ids)

    def test_jsonl(self):
        lines = sample("jsonl", "values").split("\n")
        self.assertEqual(lines.pop(), "")
        ids = [json.loads(line)["id"] for line in lines]
        self.assertEqual(ids, ["%032x" % i for i in range(FINDINGS)])

    def test_csv(self):
        text = sample("csv", "values")
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        self.assertEqual({len(record) for record in records}, {23})
        self.assertEqual(len(records), FINDINGS + 1)
        for record in records:
            for cell in record:
                self.assertNotIn(cell.lstrip(" ")[:1], tuple("=+-@\t\r\n"))

    def test_html(self):
        for words in ((), ("values",)):
            page = Page()
            page.feed(sample("html", *words))
            page.close()
            self.assertEqual(page.faults, [])
            self.assertEqual(page.open, [])
            self.assertFalse(page.tags & {"img", "iframe", "link", "a", "b"})
            self.assertFalse({name for name in page.attributes
                              if name.startswith("on")})
            data = json.loads(page.data)
            self.assertEqual(len(data["rows"]), FINDINGS)
            self.assertEqual({len(row) for row in data["rows"]},
                             {len(data["columns"])})

    def test_nothing_personal_unless_asked_for(self):
        for form in ("html", "junit", "sarif", "csv", "jsonl", "markdown"):
            self.assertNotIn("SECRET", sample(form))
            self.assertIn("SECRET", sample(form, "values"))


if __name__ == "__main__":
    unittest.main()
