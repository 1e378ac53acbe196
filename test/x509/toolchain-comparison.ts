import { readVerifiedKey } from '../../src/x509/csr.js';
import { X509Error } from '../../src/x509/x509.errors.js';
import { verifiedByOpenssl } from './openssl-verdicts.js';
import { type Variant, variantsOf } from './toolchain-variants.js';

export interface ComparisonRun {
  /** The same seed chooses the same variants again, with other keys. */
  seed: number;
  variants: number;
}

export interface Comparison {
  variants: number;
  /** openssl verifies their proof. */
  verified: number;
  /** Of those, with a key and a signature that we allow. */
  allowed: number;
  /** Of the allowed ones. */
  accepted: number;
  /** Refused though openssl verifies them and they are allowed: by what we said. */
  refused: Record<string, number>;
  /** Refused because of the kind of key or signature: by what we said. */
  notAllowed: Record<string, number>;
  /** Accepted although openssl does not verify their proof, or refused with anything but an X509Error. */
  finds: { what: string; kind: string; text: string }[];
}

const CHUNK = 500;

/** Shows as many variants to our reader and to `openssl req -verify`, and tells where they differ. */
export function compareWithOpenssl({ seed, variants }: ComparisonRun): Comparison {
  const result: Comparison = { variants, verified: 0, allowed: 0, accepted: 0, refused: {}, notAllowed: {}, finds: [] };
  const next = variantsOf(seed);
  for (let done = 0; done < variants; done += CHUNK) {
    const some = Array.from({ length: Math.min(CHUNK, variants - done) }, next);
    const verdicts = verifiedByOpenssl(some.map(({ text, der }) => ({ text, der })));
    some.forEach((variant, at) => compare(variant, verdicts[at]!, result));
  }
  return result;
}

function compare(variant: Variant, verified: boolean, result: Comparison): void {
  const refusal = refusalOf(variant, result);
  if (!verified) {
    if (refusal === undefined) result.finds.push({ what: 'accepted, and openssl does not verify it', kind: variant.kind, text: variant.text });
    return;
  }
  result.verified++;
  if (!variant.allowed) {
    if (refusal === undefined) result.finds.push({ what: 'accepted, though its key or signature is not allowed', kind: variant.kind, text: variant.text });
    else result.notAllowed[refusal] = (result.notAllowed[refusal] ?? 0) + 1;
    return;
  }
  result.allowed++;
  if (refusal === undefined) result.accepted++;
  else result.refused[refusal] = (result.refused[refusal] ?? 0) + 1;
}

function refusalOf({ kind, text }: Variant, result: Comparison): string | undefined {
  try {
    readVerifiedKey(text);
    return undefined;
  } catch (error) {
    if (error instanceof X509Error) return `${error.code}: ${error.message}`;
    result.finds.push({ what: String(error), kind, text });
    return 'not an X509Error';
  }
}
