import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../../src/platform/errors/domain-error.js';
import { type ErrorCode, type ErrorEntry, ERRORS } from '../../src/platform/errors/error-codes.js';
import { errorsDocument } from '../../src/platform/errors/errors-document.js';
import { toProblem } from '../../src/platform/http/problem.js';

const root = join(import.meta.dirname, '..', '..');
const codes = Object.keys(ERRORS) as ErrorCode[];

it('docs/errors.md says what the table says (else: npm run docs:errors)', () => {
  expect(readFileSync(join(root, 'docs', 'errors.md'), 'utf8')).toBe(errorsDocument());
});

it('every code has a title, one sentence that says what to do, and a status that fits its retry', () => {
  for (const code of codes) {
    const { title, action, status, retryable }: ErrorEntry = ERRORS[code];
    expect([code, /^[a-z0-9-]+$/.test(code), title.endsWith('.'), /[.;]$/.test(action.trim())]).toEqual([code, true, false, true]);
    // 408: RFC 9110 section 15.5.9 lets the client repeat the request.
    expect([code, [408, 409, 429, 503].includes(status) || !retryable]).toEqual([code, true]);
  }
});

it('what others are to do speaks neither of the station’s software nor of what a station does by itself', () => {
  const strange = codes
    .map((code) => ({ code, problem: toProblem(new DomainError(code, 'What happened'), 'others') }))
    .filter(({ problem }) => /station software|the station (tries|asks|sends|sent|names|reports)|this station|the station’s|call the line engineer: /i.test(problem.operatorAction) || 'nextStep' in problem)
    .map(({ code, problem }) => `${code}: ${problem.operatorAction}`);
  expect(strange).toEqual([]);
});

it('each refusal tells a station its next step, and only what is worth repeating is to be repeated, after a known time', () => {
  for (const code of codes) {
    const { nextStep, retryable, retryAfterMs } = toProblem(new DomainError(code, 'What happened'));
    expect([code, nextStep === 'retry']).toEqual([code, retryable]);
    if (retryable && code !== 'too-many-requests') expect([code, retryAfterMs]).toEqual([code, expect.any(Number)]);
  }
});

it('what a station’s software does next is what its person is told', () => {
  const said = ({ action }: ErrorEntry) => {
    if (/\baside\b|\blabel\b/i.test(action)) return 'set-aside';
    if (/\bscan it again\b/i.test(action)) return 'claim-again';
    return /\brun the unit again\b|\bthis order\b/i.test(action) ? 'release' : undefined;
  };
  const steps = codes.map((code) => ({ code, said: said(ERRORS[code]), nextStep: toProblem(new DomainError(code, 'What happened')).nextStep }));
  const contradict = steps.filter((step) => (step.said === undefined ? step.nextStep === 'set-aside' || step.nextStep === 'claim-again' : step.nextStep !== step.said));
  expect(contradict.map(({ code, nextStep, said: told = 'nothing of it' }) => `${code}: ${nextStep}, and the person is told ${told}`)).toEqual([]);
});

it('every code is answered somewhere', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('error-codes.ts'));
  const text = sources.map((file) => readFileSync(join(root, 'src', file), 'utf8')).join('\n');
  expect(codes.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
});

it('a problem says what its code says, and what happened this time', () => {
  expect(toProblem(new DomainError('lease-lost', 'Unit A is no longer held under this fence'))).toEqual({
    type: 'urn:lineside:problem:lease-lost', title: 'The lease is over', status: 410, detail: 'Unit A is no longer held under this fence', code: 'lease-lost',
    retryable: false, operatorAction: 'Take the unit out and scan it again: this station holds it no more.', nextStep: 'claim-again',
  });
  expect(toProblem(new DomainError('hsm-unavailable', 'Too many requests are waiting for the HSM.', { retryAfterMs: 250 }))).toMatchObject({ status: 503, retryable: true, retryAfterMs: 250 });
});

it('what nobody foresaw is told without its own words', () => {
  expect(toProblem(new Error('select secret from nowhere'))).toMatchObject({ status: 500, code: 'internal', detail: 'Something went wrong inside the service' });
});
