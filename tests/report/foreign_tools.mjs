// Reads sample reports with libraries of npm: ajv and the schema that Microsoft
// ships with its SARIF multitool, junit2json, Papa Parse and markdown-it.
// foreign_tools.mjs MODULES REPORT_SAMPLE; MODULES is a folder with
// node_modules.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';

const [modules, program] = process.argv.slice(2);
const require = createRequire(resolve(modules, 'node_modules', 'x.js'));
const FINDINGS = 300;
const sample = (format) =>
  execFileSync(program, [format, String(FINDINGS), 'values'],
               {encoding: 'utf8', maxBuffer: 1 << 30, stdio: 'pipe'});

const ajv = new (require('ajv/dist/2020').default)({strict: false});
require('ajv-formats').default(ajv);
const valid = ajv.compile(JSON.parse(
  readFileSync(resolve(modules, 'node_modules', '@microsoft',
                       'sarif-multitool-linux', 'sarif-2.1.0.json'), 'utf8')
    .replace(/^\uFEFF/, '')));
const sarif = JSON.parse(sample('sarif'));
assert.ok(valid(sarif), JSON.stringify(valid.errors));
sarif.runs[0].results[0].baselineState = 'fresh';
assert.ok(!valid(sarif), 'the schema finds what is wrong');
console.log(`ajv: ${sarif.runs[0].results.length} results of SARIF are valid`);

const junit = await require('junit2json').parse(sample('junit'));
assert.equal(junit.testsuite.length, 6);
assert.ok(junit.failures > 0);
assert.equal(
  junit.testsuite.flatMap((s) => s.testcase ?? [])
    .filter((c) => c.failure).length,
  junit.failures);
console.log(`junit2json: ${junit.tests} cases, ${junit.failures} failures`);

const csv = require('papaparse').parse(sample('csv'), {header: true});
assert.deepEqual(csv.errors.filter((e) => e.code !== 'TooFewFields'), []);
const records = csv.data.filter((r) => r.finding_id !== '');
assert.equal(records.length, FINDINGS);
for (const record of records)
  for (const cell of Object.values(record))
    assert.ok(!/^ *[=+@\t\r\n]/.test(cell) && !/^ *-(?![\d.]+$)/.test(cell));
console.log(`Papa Parse: ${records.length} records`);

const html = require('markdown-it')({html: true, linkify: true})
  .render(sample('markdown'));
assert.deepEqual(
  new Set([...html.matchAll(/<\/?([a-z0-9]+)/g)].map((m) => m[1])),
  new Set(['h2', 'h3', 'p', 'strong', 'code', 'table', 'thead', 'tbody', 'tr',
           'th', 'td', 'details', 'summary']));
console.log('markdown-it: no element, link or picture but ours');
