import { type FuzzReport, fuzzCsrs } from './csr-fuzz.js';

// `npm run fuzz:csr` does the same with other seeds and as many as one likes, and asks openssl about every request that is accepted.
const MUTANTS = 150_000;

describe(`of ${MUTANTS} mutated certificate requests`, () => {
  let report: FuzzReport;

  beforeAll(() => {
    report = fuzzCsrs({ seed: 20_261_122, mutants: MUTANTS, oneForOpenssl: 9 });
  }, 300_000);

  it('none breaks our reader, keeps it for ever, proves possession though what is signed has changed, or is accepted and refused by openssl', () => {
    expect(report.finds).toEqual([]);
    expect(report.mutants).toBe(MUTANTS);
  });

  it('every way to be refused is met', () => {
    expect(Object.keys(report.refused).sort()).toEqual(['csr-algorithm-unsupported', 'csr-malformed', 'csr-trailing-bytes', 'key-unsupported', 'key-weak']);
  });

  it('some get as far as their signature, and of those that are signed again some are accepted', () => {
    expect(report.unproven).toBeGreaterThan(MUTANTS / 20);
    expect(report.accepted).toBeGreaterThan(MUTANTS / 100);
    expect(report.shownToOpenssl).toBeGreaterThan(200);
  });
});
