import { readFileSync } from 'node:fs';
import { DomainError } from '../../src/platform/errors/domain-error.js';
import { type ErrorCode, ERRORS } from '../../src/platform/errors/error-codes.js';
import { NEXT_STEPS } from '../../src/platform/errors/next-step.js';
import { toProblem } from '../../src/platform/http/problem.js';
import { type OpenApiDocument, operationsOf } from '../support/openapi-document.js';

const text = readFileSync('docs/stations.md', 'utf8');
/** Rows of the tables whose first cell is a word in code: that word, and the other cells. */
const rows = [...text.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)].map(([, word, rest]) => ({ word: word!, rest: rest! }));
const codesIn = (cell: string) => [...cell.matchAll(/`([a-z0-9-]+)`/g)].map(([, code]) => code!);

/** Refusals of what only stations call, as the API's description names them. */
const met = (() => {
  const document = JSON.parse(readFileSync('clients/openapi.json', 'utf8')) as OpenApiDocument;
  const theirs = operationsOf(document).filter((operation) => JSON.stringify(operation['x-roles']) === '["station"]');
  return [...new Set(theirs.flatMap((operation) => operation['x-error-codes'] ?? []))].toSorted() as ErrorCode[];
})();

describe('docs/stations.md', () => {
  it('says what a program does after each next step', () => {
    expect(met.length).toBeGreaterThan(60);
    const steps = rows.filter(({ word }) => (NEXT_STEPS as readonly string[]).includes(word)).map(({ word }) => word);
    expect([...new Set(steps)].toSorted()).toEqual([...NEXT_STEPS].toSorted());
  });

  it.each(NEXT_STEPS)('names the refusals that a station can meet whose next step is %s', (step) => {
    const named = rows.filter(({ word, rest }) => word === step && codesIn(rest).some((code) => code in ERRORS)).flatMap(({ rest }) => codesIn(rest));
    expect(named).toEqual(met.filter((code) => toProblem(new DomainError(code, 'What happened')).nextStep === step));
  });
});
