import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Examined, Finding } from './examination.js';

const TIMEOUT_MS = 6_000;
const NAME = 'keys on the HSM';
const Officer = z.object({ keys: z.object({ officer: z.string() }) });
const Answer = z.object({ strayKeys: z.array(z.object({ label: z.string(), id: z.string() })) });

/** Keys on the token that no row of the ledger names, as the running service finds them. Nothing is removed. */
export async function checkStrayKeys({ baseUrl, place }: Examined): Promise<Finding[]> {
  if (baseUrl === undefined) return [];
  try {
    const { keys } = Officer.parse(JSON.parse(readFileSync(place.credentials, 'utf8')));
    const answer = await fetch(`${baseUrl}/v1/hsm`, { headers: { authorization: `Bearer ${keys.officer}` }, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { strayKeys } = Answer.parse(await answer.json());
    if (strayKeys.length === 0) return [{ name: NAME, state: 'ok', finding: 'the ledger names each of them' }];
    const names = strayKeys.map(({ label, id }) => `"${label}" (CKA_ID ${id})`).join(', ');
    return [{ name: NAME, state: 'warn', finding: `The ledger names no authority for ${names}.`, remedy: "Have a security officer look at them; whoever is sure removes them with the HSM's own tools." }];
  } catch {
    // The service's own check says what is wrong with it.
    return [];
  }
}
