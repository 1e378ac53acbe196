import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { callService } from '../client/service-call.js';
import type { Examined, Finding } from './examination.js';
import { hsmRemedy } from './hsm-remedies.js';

const TIMEOUT_MS = 6_000;
const NAME = 'keys on the HSM';
const Officer = z.object({ keys: z.object({ officer: z.string() }) });
const AuthorityKey = z.object({ authority: z.string(), family: z.string(), state: z.string(), label: z.string(), id: z.string(), onToken: z.enum(['present', 'missing', 'doubled', 'other', 'unreadable']), detail: z.string().optional() });
type AuthorityKey = z.infer<typeof AuthorityKey>;
const Answer = z.object({ authorityKeys: z.array(AuthorityKey), strayKeys: z.array(z.object({ label: z.string(), id: z.string() })) });
const Refusal = z.object({ code: z.string(), detail: z.string() });

/** What is wrong with an authority's key: the code that signing with it is refused with, and the sentence. */
const FAULTS = {
  missing: { code: 'hsm-key-missing', sentence: ({ label }: AuthorityKey) => `the token has no key "${label}"` },
  doubled: { code: 'hsm-key-ambiguous', sentence: ({ label }: AuthorityKey) => `the token has several keys "${label}"` },
  other: { code: 'authority-key-mismatch', sentence: ({ label }: AuthorityKey) => `the token's key "${label}" is not the one that its certificate names` },
  unreadable: { code: 'hsm-refused', sentence: ({ label, detail = '' }: AuthorityKey) => `the token has the key "${label}", and nobody can sign with it. ${detail.replace(/\.$/, '')}` },
};

/** Whether the token holds the keys of the ledger's authorities, as the running service finds it, and keys that no authority names. Nothing is removed. */
export async function checkHsmKeys(examined: Examined): Promise<Finding[]> {
  const { address, place } = examined;
  if (address === undefined) return [];
  const officer = Officer.safeParse(JSON.parse(readFileSync(place.credentials, 'utf8'))).data?.keys.officer;
  const answer = await callService(address, '/v1/hsm', { headers: { authorization: `Bearer ${officer ?? ''}` }, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => undefined);
  // The service's own check says that it does not answer.
  if (answer === undefined) return [];
  const body: unknown = JSON.parse(answer.text);
  if (!answer.ok) return [refused(examined, answer.status, Refusal.parse(body))];
  const { authorityKeys, strayKeys } = Answer.parse(body);
  const findings = authorityKeys.flatMap((key) => faultOf(examined, key) ?? []);
  if (strayKeys.length > 0) {
    const names = strayKeys.map(({ label, id }) => `${label ? `"${label}"` : "a key whose label can't be read"} (CKA_ID ${id || "can't be read"})`).join(', ');
    findings.push({ name: NAME, state: 'warn', finding: `The ledger names no authority for ${names}.`, remedy: "Have a security officer look at them; whoever is sure removes them with the HSM's own tools." });
  }
  return findings.length > 0 ? findings : [{ name: NAME, state: 'ok', finding: 'each authority has its key, and the ledger names each of them' }];
}

/** An authority that issues stops its line; any other one can't sign its revocation lists, or won't be able to take over. */
function faultOf(examined: Examined, key: AuthorityKey): Finding | undefined {
  const { authority, state, onToken } = key;
  if (onToken === 'present') return undefined;
  const { code, sentence } = FAULTS[onToken];
  const stops = state === 'issuing' ? 'can issue nothing' : `(${state}) can sign nothing`;
  return { name: NAME, state: state === 'issuing' ? 'fail' : 'warn', finding: `Authority ${authority} ${stops}: ${sentence(key)}.`, remedy: hsmRemedy(code, examined, key) };
}

function refused(examined: Examined, status: number, { code, detail }: z.infer<typeof Refusal>): Finding {
  if (status === 401 || status === 403) {
    return { name: NAME, state: 'warn', finding: `They could not be looked at: the service takes the officer's key of ${examined.place.credentials} for nobody's.`, remedy: 'Ask an officer or auditor for GET /v1/hsm; what "credentials" says mends this check.' };
  }
  return { name: NAME, state: 'fail', finding: `They could not be looked at: ${detail}`, remedy: hsmRemedy(code, examined) };
}
