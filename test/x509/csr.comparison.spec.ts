import { type Comparison, compareWithOpenssl } from './toolchain-comparison.js';

// `npm run fuzz:csr` does the same with thousands and other seeds.
const VARIANTS = 400;

describe(`of ${VARIANTS} certificate requests as toolchains write them`, () => {
  let compared: Comparison;

  beforeAll(() => {
    compared = compareWithOpenssl({ seed: 20_261_126, variants: VARIANTS });
  }, 300_000);

  it('none is accepted whose proof openssl refuses, or whose kind of key is not allowed', () => {
    expect(compared.finds).toEqual([]);
    expect(compared.variants).toBe(VARIANTS);
  });

  it('at least 99.5 % of what openssl verifies with an allowed key is accepted', () => {
    expect(compared.allowed).toBeGreaterThan(VARIANTS * 0.7);
    expect([compared.accepted >= compared.allowed * 0.995, compared.refused]).toEqual([true, compared.refused]);
  });

  it('every kind that is not allowed is refused for what it is', () => {
    expect(Object.keys(compared.notAllowed).every((reason) => /^(key-unsupported|key-weak|csr-algorithm-unsupported): /.test(reason))).toBe(true);
  });
});
